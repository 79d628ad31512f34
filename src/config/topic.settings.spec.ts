import { describe, expect, it } from '@jest/globals';
import { testSettings } from './testing.js';

describe('topic settings', () => {
  it('have the names of the contract', () => {
    expect({ ...testSettings().topic }).toEqual({
      input: 'user-login',
      output: 'processed-user-login',
      error: 'processed-errors',
      filtered: 'cleaned-data',
      summary: 'summary-output',
      metrics: 'metrics-output',
      mode: 'create',
      partitions: 6,
      replication: undefined,
    });
  });

  it('switch a topic off by an empty name, also one that the profile names', () => {
    const { topic } = testSettings({ OUTPUT_TOPIC: '', ERROR_TOPIC: '', FILTERED_TOPIC: '' });
    expect([topic.output, topic.error, topic.filtered]).toEqual(['', '', '']);

    const profiles = { standard: { settings: { OUTPUT_TOPIC: 'processed-output' } } };
    expect(testSettings({}, profiles).topic.output).toBe('processed-output');
    expect(testSettings({ OUTPUT_TOPIC: '' }, profiles).topic.output).toBe('');
  });

  it('need an input topic', () => {
    expect(() => testSettings({ INPUT_TOPIC: '' })).toThrow('INPUT_TOPIC must be a topic name');
  });

  it.each(['.', '..', 'a b', 'a/b', 'ä', 'a'.repeat(250)])('refuse %j as a name', (name) => {
    expect(() => testSettings({ ERROR_TOPIC: name })).toThrow('ERROR_TOPIC must be a topic name');
  });

  it('refuse a name that is used twice, dots and underscores alike', () => {
    const same = 'must differ from';
    expect(() => testSettings({ OUTPUT_TOPIC: 'user-login' })).toThrow(`OUTPUT_TOPIC ${same} INPUT_TOPIC`);
    expect(() => testSettings({ FILTERED_TOPIC: 'processed-errors' })).toThrow(
      `FILTERED_TOPIC ${same} ERROR_TOPIC`,
    );
    expect(() => testSettings({ INPUT_TOPIC: 'a.b', ERROR_TOPIC: 'a_b' })).toThrow(
      `ERROR_TOPIC ${same} INPUT_TOPIC`,
    );
  });
});
