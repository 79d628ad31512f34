import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { reportGroup } from './group-report.js';
import type { Admin } from './kafkajs.js';

const assignment = (topic: string, partitions: number[]) =>
  kafkajs.AssignerProtocol.MemberAssignment.encode({
    version: 0,
    assignment: { [topic]: partitions },
    userData: Buffer.alloc(0),
  });

const member = (memberId: string, memberAssignment: Buffer) => ({
  ...{ memberId, clientId: 'c', clientHost: '/10.0.0.7', memberAssignment },
});

const admin = (state: string, members: object[], topics = ['in']) =>
  ({
    describeGroups: async () => ({ groups: [{ state, members }] }),
    listTopics: async () => topics,
    fetchOffsets: async () => [
      {
        partitions: [
          { partition: 0, offset: '-1' },
          { partition: 1, offset: '3' },
          { partition: 2, offset: '8' },
        ],
      },
    ],
    fetchTopicOffsets: async () => [
      { partition: 2, low: '0', high: '10' },
      { partition: 0, low: '4', high: '9' },
      { partition: 1, low: '5', high: '7' },
    ],
  }) as unknown as Admin;

describe('reportGroup', () => {
  it('knows of no group that is dead', async () => {
    expect(await reportGroup(admin('Dead', []), 'g', 'in')).toBeNull();
  });

  it('counts as lag what is in the log and not committed', async () => {
    const report = await reportGroup(admin('Empty', []), 'g', 'in');
    const common = { memberId: null };
    expect(report?.partitions).toEqual([
      { ...common, partition: 0, committed: null, start: 4, end: 9, lag: 5 },
      // What was deleted before it was read cannot be read any more.
      { ...common, partition: 1, committed: 3, start: 5, end: 7, lag: 2 },
      { ...common, partition: 2, committed: 8, start: 0, end: 10, lag: 2 },
    ]);
  });

  it('reads the assignments of the members, also of none and of other topics', async () => {
    const members = [
      member('m-1', assignment('in', [2, 0])),
      member('m-2', assignment('other', [1])),
      member('m-3', Buffer.alloc(0)),
    ];
    const report = await reportGroup(admin('PreparingRebalance', members), 'g', 'in');
    expect(report?.members.map(({ memberId, host, partitions }) => [memberId, host, partitions])).toEqual([
      ['m-1', '10.0.0.7', [0, 2]],
      ['m-2', '10.0.0.7', []],
      ['m-3', '10.0.0.7', []],
    ]);
    expect(report?.partitions.map(({ memberId }) => memberId)).toEqual(['m-1', null, 'm-1']);
  });

  it('has no partitions of a topic that is not there', async () => {
    expect(await reportGroup(admin('Empty', [], []), 'g', 'in')).toEqual({
      ...{ state: 'Empty', members: [], partitions: [] },
    });
  });
});
