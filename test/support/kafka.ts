import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import { Kafka, logLevel, Partitioners } from '../../src/kafka/kafkajs.js';
import { readTopic } from '../../src/kafka/topic-reader.js';
import type { RawRecord } from '../../src/pipeline/raw-record.js';
import { waitFor } from './wait-for.js';

/** The broker of the test run; tests use topics and groups of their own. */
export const sharedBroker = (): string => process.env.TEST_BROKER!;

export const uniqueName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

export const kafkaAt = (broker: string): Kafka =>
  new Kafka({ clientId: 'test', brokers: [broker], logLevel: logLevel.NOTHING, requestTimeout: 10_000 });

/** A broker that has just started looks for its coordinator, or its leaders, first. */
const STARTING = /COORDINATOR|LOAD_IN_PROGRESS|NOT_LEADER|LEADER_NOT_AVAILABLE/;
/** A topic that has just been made is not known everywhere at once. */
const SPREADING = /UNKNOWN_TOPIC_OR_PARTITION/;

export async function withAdmin<T>(
  broker: string,
  call: (admin: Admin) => Promise<T>,
  again: readonly RegExp[] = [STARTING],
): Promise<T> {
  const admin = kafkaAt(broker).admin();
  await admin.connect();
  try {
    const { result } = await waitFor('the broker to have started', async () => {
      try {
        return { result: await call(admin) };
      } catch (error) {
        const type = String((error as { type?: string }).type);
        if (!again.some((pattern) => pattern.test(type))) throw error;
        return null;
      }
    });
    return result;
  } finally {
    await admin.disconnect();
  }
}

export async function createTopic(
  broker: string,
  topic: string,
  numPartitions: number,
  config: Record<string, string> = {},
): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await withAdmin(
    broker,
    (admin) =>
      admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions, configEntries }] }),
    [STARTING, SPREADING],
  );
}

export interface InputMessage {
  readonly key?: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Record<string, Buffer | string>;
  readonly partition?: number;
  /** Milliseconds. */
  readonly timestamp?: string;
}

export async function produce(
  broker: string,
  topic: string,
  messages: readonly InputMessage[],
): Promise<void> {
  const producer = kafkaAt(broker).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    for (let i = 0; i < messages.length; i += 1_000)
      await producer.send({
        topic,
        messages: messages.slice(i, i + 1_000).map((message) => ({ ...message })),
      });
  } finally {
    await producer.disconnect();
  }
}

export interface ReadRecord extends RawRecord {
  readonly partition: number;
  /** The value as JSON. */
  readonly json: Record<string, unknown>;
}

/** Everything that `read_committed` readers see of a topic, by partition and offset. */
export async function readAll(broker: string, topic: string, uncommitted = false): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  await readTopic(kafkaAt(broker), topic, {
    uncommitted,
    onRecord: (record, partition) =>
      records.push({
        ...record,
        key: record.key, // key and value of a fetched record are getters, which a spread leaves out
        value: record.value,
        partition,
        json: JSON.parse(String(record.value)) as Record<string, unknown>,
      }),
  });
  return records.sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
}

/** Committed offset by partition; -1 where there is none. */
export async function committedOffsets(broker: string, groupId: string, topic: string): Promise<number[]> {
  const [{ partitions }] = await withAdmin(broker, (admin) =>
    admin.fetchOffsets({ groupId, topics: [topic] }),
  );
  return partitions.sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset));
}

/**
 * Waits until the coordinator of a group has loaded what it knows of it: on a new broker the first request makes the
 * topic of the offsets. Members of a group wait while they join; a producer on its own does not.
 */
export async function groupIsKnown(broker: string, groupId: string, topic: string): Promise<void> {
  await committedOffsets(broker, groupId, topic);
}

/** Records in the topic, by partition (transaction markers count). */
export async function endOffsets(broker: string, topic: string): Promise<number[]> {
  const offsets = await withAdmin(broker, (admin) => admin.fetchTopicOffsets(topic));
  return offsets.sort((a, b) => a.partition - b.partition).map(({ high }) => Number(high));
}
