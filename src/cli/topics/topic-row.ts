import type { PartitionReport, TopicConfig, TopicReport } from '../../kafka/topic-report.js';
import type { ServiceTopic } from './topic-roles.js';

/** One topic of the service as `--json` shows it. Null: not known, or there is none. */
export interface TopicRow {
  readonly role: string;
  /** Environment variable that names it. */
  readonly variable: string;
  /** Null: the topic is off. */
  readonly topic: string | null;
  readonly exists: boolean;
  /** Replicas of the partition that has the fewest. */
  readonly replication: number | null;
  /** Offsets that are in the log: records and transaction markers. */
  readonly records: number | null;
  readonly max_message_bytes: number | null;
  readonly cleanup_policy: string | null;
  /** -1: for ever. */
  readonly retention_ms: number | null;
  /** Of each partition; -1: no limit. */
  readonly retention_bytes: number | null;
  readonly partitions: readonly PartitionRow[];
}

interface PartitionRow {
  readonly partition: number;
  readonly start_offset: number | null;
  readonly end_offset: number | null;
  /** Node id; null: no leader. */
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly in_sync: readonly number[];
}

export function topicRow(topic: ServiceTopic, report: TopicReport | undefined): TopicRow {
  const { role, variable, name } = topic;
  const partitions = report?.partitions ?? [];
  return {
    role,
    variable,
    topic: name === '' ? null : name,
    exists: report !== undefined,
    replication: partitions.length === 0 ? null : Math.min(...partitions.map((each) => each.replicas.length)),
    records: report === undefined ? null : recordsOf(partitions),
    max_message_bytes: numberOf(report, 'max.message.bytes'),
    cleanup_policy: report?.config?.['cleanup.policy'] || null,
    retention_ms: numberOf(report, 'retention.ms'),
    retention_bytes: numberOf(report, 'retention.bytes'),
    partitions: partitions.map(({ partition, start, end, leader, replicas, inSync }) => ({
      partition,
      start_offset: start,
      end_offset: end,
      leader: leader < 0 ? null : leader,
      replicas,
      in_sync: inSync,
    })),
  };
}

/** Null as soon as one partition is not known: a part of the sum would be taken for the whole. */
function recordsOf(partitions: readonly PartitionReport[]): number | null {
  let records = 0;
  for (const { start, end } of partitions) {
    if (start === null || end === null) return null;
    records += end - start;
  }
  return records;
}

function numberOf(report: TopicReport | undefined, config: TopicConfig): number | null {
  const text = report?.config?.[config];
  return text === undefined || text === '' ? null : Number(text);
}
