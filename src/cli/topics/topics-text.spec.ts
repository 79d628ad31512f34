import { describe, expect, it } from '@jest/globals';
import type { TopicReport } from '../../kafka/topic-report.js';
import { topicRow } from './topic-row.js';
import { partitionsText, topicsText } from './topics-text.js';

const TOPIC = { role: 'input', variable: 'INPUT_TOPIC', name: 'in' };
const REPORT: TopicReport = {
  partitions: [
    { partition: 0, start: 5, end: 1_005, leader: 1, replicas: [1, 2, 3], inSync: [1, 2, 3] },
    { partition: 1, start: 0, end: 234, leader: 2, replicas: [2, 3], inSync: [2] },
  ],
  config: {
    'max.message.bytes': '1048588',
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
  },
};

const plain = (_: unknown, text: string) => text;
const marked = (_: unknown, text: string) => `<${text}>`;
const cellsOf = (report: TopicReport | undefined, topic = TOPIC) =>
  topicsText([topicRow(topic, report)], plain)
    .split('\n')[1]
    .trim()
    .split(/ {2,}/);

describe('topicsText', () => {
  it('adds up the records, and names the partition with the fewest replicas', () => {
    expect(cellsOf(REPORT)).toEqual([...['input', 'in', '2', '2', '1,234', '1 MiB', 'delete', 'for ever']]);
  });

  it('does not take a part for the whole: one unknown offset makes the sum unknown', () => {
    const [first, second] = REPORT.partitions;
    const partitions = [first, { ...second, start: null, end: null, leader: -1 }];
    expect(cellsOf({ ...REPORT, partitions })[4]).toBe('?');
    expect(partitionsText([topicRow(TOPIC, { ...REPORT, partitions })], plain)).toMatch(
      /^in +1 +\? +\? +none +2,3 +2$/m,
    );
  });

  it('shows what must not be read as unknown', () => {
    expect(cellsOf({ ...REPORT, config: null }).slice(5)).toEqual(['?', '?', '?']);
  });

  it('shows a topic that is missing, and one that is off', () => {
    expect(cellsOf(undefined)).toEqual(['input', 'in', 'missing']);
    expect(cellsOf(undefined, { ...TOPIC, name: '' })).toEqual(['input', '(off: INPUT_TOPIC is empty)']);
  });
});

describe('partitionsText', () => {
  it('marks replicas that are behind, and nothing else', () => {
    const [, first, second] = partitionsText([topicRow(TOPIC, REPORT)], marked).split('\n');
    expect(first).toMatch(/^in +0 +5 +1,005 +1 +1,2,3 +1,2,3$/);
    expect(second).toMatch(/ <2>$/);
  });
});
