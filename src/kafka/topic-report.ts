import { ConfigResourceTypes } from './kafkajs.js';
import type { Admin } from './kafkajs.js';

export interface PartitionReport {
  readonly partition: number;
  /** Offset of the first record that is kept; null where the partition's leader does not answer. */
  readonly start: number | null;
  /** Offset behind the last record. */
  readonly end: number | null;
  /** Node id; -1: none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

export interface TopicReport {
  /** In order. */
  readonly partitions: readonly PartitionReport[];
  /** By name; null where we may not read them. */
  readonly config: Readonly<Record<TopicConfig, string>> | null;
}

const CONFIGS = ['max.message.bytes', 'cleanup.policy', 'retention.ms', 'retention.bytes'] as const;
export type TopicConfig = (typeof CONFIGS)[number];

/** What the cluster says of topics, by name; those that are not there, or not for us to see, are left out. */
export async function reportTopics(
  admin: Admin,
  names: readonly string[],
): Promise<ReadonlyMap<string, TopicReport>> {
  const existing = new Set(await admin.listTopics());
  const reported = names.filter((name) => existing.has(name));
  const reports = await Promise.all(
    reported.map(async (name) => [name, await reportTopic(admin, name)] as const),
  );
  return new Map(reports);
}

async function reportTopic(admin: Admin, name: string): Promise<TopicReport> {
  const [{ topics }, offsets, config] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [name] }),
    offsetsOf(admin, name),
    configOf(admin, name),
  ]);
  const partitions = topics[0].partitions.map(({ partitionId, leader, replicas, isr }) => ({
    partition: partitionId,
    start: offsets.get(partitionId)?.start ?? null,
    end: offsets.get(partitionId)?.end ?? null,
    leader,
    replicas,
    inSync: isr,
  }));
  return { partitions: partitions.sort((a, b) => a.partition - b.partition), config };
}

/** Offsets by partition; none where a leader is missing: the rest of the report is still of use then. */
async function offsetsOf(admin: Admin, topic: string): Promise<Map<number, { start: number; end: number }>> {
  const offsets = await admin.fetchTopicOffsets(topic).catch(() => []);
  return new Map(
    offsets.map(({ partition, low, high }) => [partition, { start: Number(low), end: Number(high) }]),
  );
}

async function configOf(admin: Admin, name: string): Promise<TopicReport['config']> {
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name, configNames: [...CONFIGS] }],
    });
    const values = new Map(
      resources[0].configEntries.map(({ configName, configValue }) => [configName, configValue]),
    );
    return Object.fromEntries(CONFIGS.map((config) => [config, values.get(config) ?? ''])) as Record<
      TopicConfig,
      string
    >;
  } catch (error) {
    if (/AUTHORIZATION_FAILED/.test(String((error as { type?: string }).type))) return null;
    throw error;
  }
}
