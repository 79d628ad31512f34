import { setTimeout as sleep } from 'node:timers/promises';
import type { RawRecord } from '../pipeline/raw-record.js';
import { withDeadline } from './deadline.js';
import type { Kafka } from './kafkajs.js';
import { PartitionPosition } from './partition-position.js';
import { readingCluster } from './reading-cluster.js';
import type { FetchedPartition, ReadingCluster } from './reading-cluster.js';
import { Backoff } from './send-errors.js';
import { unlessAborted } from './unless-aborted.js';

/** Offsets of one partition: from `from` up to, not including, `end`. */
export interface OffsetRange {
  readonly from: number;
  readonly end: number;
}

export interface LogReaderOptions {
  readonly signal: AbortSignal;
  /** Told of records that are not there any more: their offsets are from `from` up to, not including, `to`. */
  readonly onGap: (partition: number, from: number, to: number) => void;
  /** Told of what makes it try again, now and then. */
  readonly onTrouble: (message: string) => void;
}

/** How much of a partition is fetched at once, and from when on no more is fetched ahead: the less there is, the less the garbage collector has to move. */
const PARTITION_BYTES = 262_144;
const FETCH_BYTES = 64 * PARTITION_BYTES;
const AHEAD_RECORDS = 512;
const METADATA_AGE_MS = 30_000;
const DISCONNECT_MS = 2_000;
const READ_COMMITTED = 1;

/** Records of a partition that were fetched and not taken yet. */
interface Queue {
  readonly position: PartitionPosition;
  records: RawRecord[];
}

/**
 * Reads given ranges of a topic's partitions, committed records only, in whatever order they are asked for; what comes next is
 * fetched meanwhile. Uses no consumer group. Brokers that are away are waited for.
 */
export class LogReader {
  private readonly queues: ReadonlyMap<number, Queue>;
  private readonly backoff = new Backoff();
  private cluster: ReadingCluster | null = null;
  private fetching: Promise<void> | null = null;

  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
    ranges: ReadonlyMap<number, OffsetRange>,
    private readonly options: LogReaderOptions,
  ) {
    this.queues = new Map(
      [...ranges].map(([partition, { from, end }]) => [
        partition,
        { position: new PartitionPosition(from, end), records: [] },
      ]),
    );
  }

  /**
   * The partition's records below an offset, from where the last call for it has ended.
   *
   * @throws the signal's reason
   */
  async take(partition: number, end: number): Promise<RawRecord[]> {
    const queue = this.queues.get(partition)!;
    while (!queue.position.done && queue.position.next < end) await (this.fetching ?? this.fetch(partition));
    const { records } = queue;
    const count =
      records.length > 0 && Number(records.at(-1)!.offset) < end ? records.length : below(records, end);
    queue.records = records.slice(count);
    if (this.fetching === null && this.wanted().length > 0) void this.fetch().catch(() => undefined); // `take` meets it again
    return count === records.length ? records : records.slice(0, count);
  }

  async close(): Promise<void> {
    await this.fetching?.catch(() => undefined);
    await this.disconnect();
  }

  /** One request to each leader, for what there is room for and for what is waited for. */
  private fetch(needed?: number): Promise<void> {
    const fetching = this.fetchOnce(needed).finally(() => (this.fetching = null));
    return (this.fetching = fetching);
  }

  private async fetchOnce(needed?: number): Promise<void> {
    const { signal, onTrouble } = this.options;
    try {
      const cluster = (this.cluster ??= await this.connect());
      const partitions = this.wanted(needed);
      await unlessAborted(signal, cluster.refreshMetadataIfNecessary());
      const leaders = Object.entries(cluster.findLeaderForPartitions(this.topic, partitions));
      await Promise.all(
        leaders.map(([nodeId, its]) => unlessAborted(signal, this.fetchFrom(cluster, nodeId, its))),
      );
    } catch (error) {
      await this.disconnect();
      signal.throwIfAborted();
      if (this.backoff.speaks()) onTrouble(`${this.topic} cannot be read: ${(error as Error).message}`);
      await sleep(this.backoff.next(), undefined, { signal });
    }
  }

  private wanted(needed?: number): number[] {
    return [...this.queues]
      .filter(([, { position, records }]) => !position.done && records.length < AHEAD_RECORDS)
      .map(([partition]) => partition)
      .concat(
        needed !== undefined && this.queues.get(needed)!.records.length >= AHEAD_RECORDS ? [needed] : [],
      );
  }

  private async fetchFrom(
    cluster: ReadingCluster,
    nodeId: string,
    partitions: readonly number[],
  ): Promise<void> {
    let answer: readonly FetchedPartition[];
    try {
      const broker = await cluster.findBroker({ nodeId });
      const { responses } = await broker.fetch({
        isolationLevel: READ_COMMITTED,
        maxWaitTime: 100,
        minBytes: 1,
        maxBytes: FETCH_BYTES,
        topics: [{ topic: this.topic, partitions: partitions.map((partition) => this.request(partition)) }],
      });
      answer = responses.flatMap((response) => response.partitions);
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
      await this.skipDeleted(cluster, error.partition);
      return;
    }
    const nothingCame = answer.every(({ messages }) => messages.length === 0);
    for (const fetched of answer) {
      const queue = this.queues.get(fetched.partition)!;
      const records = queue.position.advance(fetched, false, nothingCame);
      queue.records = queue.records.length === 0 ? records : queue.records.concat(records);
    }
  }

  private request(partition: number) {
    const { next } = this.queues.get(partition)!.position;
    return { partition, fetchOffset: String(next), maxBytes: PARTITION_BYTES };
  }

  private async skipDeleted(cluster: ReadingCluster, partition: number): Promise<void> {
    const { position } = this.queues.get(partition)!;
    const [answer] = await cluster.fetchTopicsOffset([
      { topic: this.topic, partitions: [{ partition }], fromBeginning: true },
    ]);
    const first = Number(answer.partitions.find((each) => each.partition === partition)!.offset);
    // Beyond the log's end there is nothing to wait for either.
    const to = first > position.next ? Math.min(first, position.end) : position.end;
    this.options.onGap(partition, position.next, to);
    position.next = to;
  }

  private async connect(): Promise<ReadingCluster> {
    const cluster = readingCluster(this.kafka, METADATA_AGE_MS);
    try {
      await unlessAborted(this.options.signal, cluster.connect());
      await unlessAborted(this.options.signal, cluster.addTargetTopic(this.topic));
    } catch (error) {
      await withDeadline('Disconnecting', DISCONNECT_MS, cluster.disconnect()).catch(() => undefined);
      throw error;
    }
    return cluster;
  }

  private async disconnect(): Promise<void> {
    const { cluster } = this;
    this.cluster = null;
    if (cluster !== null)
      await withDeadline('Disconnecting', DISCONNECT_MS, cluster.disconnect()).catch(() => undefined);
  }
}

/** How many records are below an offset; they are in order. */
function below(records: readonly RawRecord[], end: number): number {
  const first = records.findIndex(({ offset }) => Number(offset) >= end);
  return first < 0 ? records.length : first;
}

const isOutOfRange = (error: unknown): error is { readonly partition: number } =>
  (error as Error).name === 'KafkaJSOffsetOutOfRange';
