import { describe, expect, it } from '@jest/globals';
import type { Admin } from './kafkajs.js';
import { reportTopics } from './topic-report.js';

const METADATA = {
  topics: [
    {
      name: 'in',
      partitions: [
        { partitionId: 1, leader: -1, replicas: [1, 2], isr: [], partitionErrorCode: 5 },
        { partitionId: 0, leader: 2, replicas: [2, 1], isr: [2], partitionErrorCode: 0 },
      ],
    },
  ],
};

const admin = (overrides: object) =>
  ({
    listTopics: async () => ['in', 'foreign'],
    fetchTopicMetadata: async () => METADATA,
    fetchTopicOffsets: async () => [{ partition: 0, offset: '9', low: '4', high: '9' }],
    describeConfigs: async () => ({
      resources: [{ configEntries: [{ configName: 'retention.ms', configValue: '1000' }] }],
    }),
    ...overrides,
  }) as unknown as Admin;

const failing = (type: string) => async () => Promise.reject(Object.assign(new Error(type), { type }));

describe('reportTopics', () => {
  it('reports the topics that are there, their partitions in order', async () => {
    const report = await reportTopics(admin({}), ['in', 'missing']);
    expect([...report.keys()]).toEqual(['in']);
    expect(report.get('in')).toEqual({
      partitions: [
        { partition: 0, start: 4, end: 9, leader: 2, replicas: [2, 1], inSync: [2] },
        { partition: 1, start: null, end: null, leader: -1, replicas: [1, 2], inSync: [] },
      ],
      config: {
        'max.message.bytes': '',
        'cleanup.policy': '',
        'retention.ms': '1000',
        'retention.bytes': '',
      },
    });
  });

  it('goes without offsets while a partition has no leader', async () => {
    const report = await reportTopics(admin({ fetchTopicOffsets: failing('LEADER_NOT_AVAILABLE') }), ['in']);
    expect(report.get('in')?.partitions.map(({ end }) => end)).toEqual([null, null]);
  });

  it('goes without the configuration where it must not be read, and only there', async () => {
    const refused = admin({ describeConfigs: failing('TOPIC_AUTHORIZATION_FAILED') });
    expect((await reportTopics(refused, ['in'])).get('in')?.config).toBeNull();
    const broken = admin({ describeConfigs: failing('REQUEST_TIMED_OUT') });
    await expect(reportTopics(broken, ['in'])).rejects.toThrow('REQUEST_TIMED_OUT');
  });
});
