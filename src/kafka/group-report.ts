import kafkajs from 'kafkajs';
import type { Admin } from './kafkajs.js';

const { AssignerProtocol } = kafkajs;

export interface MemberReport {
  readonly memberId: string;
  readonly clientId: string;
  /** Address from which it is connected. */
  readonly host: string;
  /** Its partitions of the topic, in order. */
  readonly partitions: readonly number[];
}

export interface GroupPartitionReport {
  readonly partition: number;
  /** Null: nothing is committed, the service reads from the start. */
  readonly committed: number | null;
  readonly start: number;
  /** Offset behind the last record. */
  readonly end: number;
  /** Offsets that are still to be read. */
  readonly lag: number;
  /** Member that reads it. */
  readonly memberId: string | null;
}

export interface GroupReport {
  /** As the coordinator names it: `Stable`, `Empty` (no members), `PreparingRebalance`, … */
  readonly state: string;
  readonly members: readonly MemberReport[];
  /** In order; empty when the topic does not exist. */
  readonly partitions: readonly GroupPartitionReport[];
}

/** What the cluster says of a consumer group and one topic that it reads; null when there is no such group. */
export async function reportGroup(admin: Admin, groupId: string, topic: string): Promise<GroupReport | null> {
  const { groups } = await admin.describeGroups([groupId]);
  const { state, members: found } = groups[0];
  if (state === 'Dead') return null;
  const members = found.map(({ memberId, clientId, clientHost, memberAssignment }) => ({
    memberId,
    clientId,
    host: clientHost.replace(/^\//, ''),
    partitions: assignedPartitions(memberAssignment, topic),
  }));
  const owners = new Map(
    members.flatMap(({ memberId, partitions }) =>
      partitions.map((partition) => [partition, memberId] as const),
    ),
  );
  if (!(await admin.listTopics()).includes(topic)) return { state, members, partitions: [] };
  const [committed, ends] = await Promise.all([
    admin.fetchOffsets({ groupId, topics: [topic] }),
    admin.fetchTopicOffsets(topic),
  ]);
  const offsets = new Map(
    committed[0].partitions.map(({ partition, offset }) => [partition, Number(offset)]),
  );
  const partitions = ends.map(({ partition, low, high }) => {
    const offset = offsets.get(partition) ?? -1;
    const [start, end] = [Number(low), Number(high)];
    return {
      partition,
      committed: offset < 0 ? null : offset,
      start,
      end,
      lag: Math.max(0, end - Math.max(start, offset)),
      memberId: owners.get(partition) ?? null,
    };
  });
  return { state, members, partitions: partitions.sort((a, b) => a.partition - b.partition) };
}

/** While the group rebalances, members have no assignment. */
function assignedPartitions(assignment: Buffer, topic: string): number[] {
  if (assignment.length === 0) return [];
  const partitions = AssignerProtocol.MemberAssignment.decode(assignment)?.assignment[topic] ?? [];
  return [...partitions].sort((a, b) => a - b);
}
