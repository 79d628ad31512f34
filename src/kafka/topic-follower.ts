import type { RawRecord } from '../pipeline/raw-record.js';
import { withDeadline } from './deadline.js';
import type { Kafka } from './kafkajs.js';
import { MissingTopic } from './missing-topic.error.js';
import type { Patience } from './patience.js';
import { readingCluster } from './reading-cluster.js';
import type { ReadingCluster } from './reading-cluster.js';
import { TopicPositions } from './topic-positions.js';
import type { PositionOptions } from './topic-positions.js';
import { unlessAborted } from './unless-aborted.js';

export interface FollowOptions extends PositionOptions {
  /** Aborted: the reading ends, without an error. */
  readonly signal: AbortSignal;
  /** Decides how long a broker or a topic that is not there is waited for. */
  readonly patience: Patience;
  /** Told of a partition's records in order; more are fetched when it resolves. False: enough. */
  readonly onRecords: (records: readonly RawRecord[], partition: number) => Promise<boolean>;
  /** How soon partitions that are added are noticed, in ms. Default 30,000. */
  readonly metadataAgeMs?: number;
}

const METADATA_AGE_MS = 30_000;
const LONG_POLL_MS = 500;
const DISCONNECT_MS = 2_000;

/**
 * Reads all partitions of a topic, without a consumer group: nothing is left behind in the cluster, and no rights on
 * groups are needed. Goes on over restarts of brokers, and with partitions that are added. What it keeps in memory is at
 * most one answer of each broker.
 *
 * @throws what the patience does not put up with, and what `onRecords` rejects with
 */
export async function followTopic(kafka: Kafka, topic: string, options: FollowOptions): Promise<void> {
  const { signal, patience, metadataAgeMs = METADATA_AGE_MS } = options;
  const positions = new TopicPositions(topic, options);
  let refused = false;
  const onRecords: FollowOptions['onRecords'] = (records, partition) =>
    options.onRecords(records, partition).catch((error: unknown) => {
      refused = true;
      throw error;
    });
  while (!signal.aborted) {
    const cluster = readingCluster(kafka, metadataAgeMs);
    try {
      await read(cluster, topic, positions, { ...options, onRecords });
      return;
    } catch (error) {
      if (refused) throw error;
      const waited = patience.failed(explained(error, topic));
      await waited.catch((failure) => {
        if (!signal.aborted) throw failure;
      });
    } finally {
      await withDeadline('Disconnecting', DISCONNECT_MS, cluster.disconnect()).catch(() => undefined);
    }
  }
}

/** Until enough has been read or something fails. */
async function read(
  cluster: ReadingCluster,
  topic: string,
  positions: TopicPositions,
  { signal, patience, onRecords }: FollowOptions,
): Promise<void> {
  await unlessAborted(signal, cluster.connect());
  await unlessAborted(signal, cluster.addTargetTopic(topic));
  for (let wait = 0; ;) {
    await unlessAborted(signal, positions.lookForPartitions(cluster));
    if (positions.done) return;
    const fetched = await unlessAborted(signal, positions.fetch(cluster, wait));
    patience.succeeded();
    for (const { partition, records } of fetched)
      if (signal.aborted || !(await onRecords(records, partition))) return;
    wait = fetched.length === 0 ? LONG_POLL_MS : 0;
  }
}

const explained = (error: unknown, topic: string): unknown =>
  (error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION' ? new MissingTopic(topic) : error;
