import type { GroupReport } from '../../kafka/group-report.js';

/** The group as `--json` shows it. */
export interface GroupRow {
  readonly group: string;
  readonly exists: boolean;
  /** Input topic of the service. */
  readonly topic: string;
  /** As the coordinator names it; null: there is no such group. */
  readonly state: string | null;
  readonly members: readonly MemberRow[];
  readonly partitions: readonly GroupPartitionRow[];
  /** Offsets that are still to be read, of all partitions. */
  readonly total_lag: number;
}

interface MemberRow {
  readonly member_id: string;
  readonly client_id: string;
  readonly host: string;
  readonly partitions: readonly number[];
}

interface GroupPartitionRow {
  readonly partition: number;
  /** Null: nothing is committed, the service reads from the start. */
  readonly committed_offset: number | null;
  readonly start_offset: number;
  readonly end_offset: number;
  readonly lag: number;
  readonly member_id: string | null;
}

export function groupRow(group: string, topic: string, report: GroupReport | null): GroupRow {
  const { members = [], partitions = [] } = report ?? {};
  return {
    group,
    exists: report !== null,
    topic,
    state: report?.state ?? null,
    members: members.map(({ memberId, clientId, host, partitions: owned }) => ({
      member_id: memberId,
      client_id: clientId,
      host,
      partitions: owned,
    })),
    partitions: partitions.map(({ partition, committed, start, end, lag, memberId }) => ({
      partition,
      committed_offset: committed,
      start_offset: start,
      end_offset: end,
      lag,
      member_id: memberId,
    })),
    total_lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
  };
}
