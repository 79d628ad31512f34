import { PartitionPosition } from './partition-position.js';
import type { FetchedPartition, ReadingCluster } from './reading-cluster.js';
import type { RawRecord } from '../pipeline/raw-record.js';

export interface PositionOptions {
  readonly from: 'beginning' | 'end';
  /** Ends where the topic ends at the start, after the transactions that are open there. Default: goes on for ever. */
  readonly toEnd?: boolean;
  /** Reads also what was never committed. Default false. */
  readonly uncommitted?: boolean;
  /** Of each partition the offsets from `from` up to, not including, `end`; other partitions are not read. Default: as above. */
  readonly ranges?: ReadonlyMap<number, { readonly from: number; readonly end: number }>;
  /** Told of records that had been deleted before they could be read. */
  readonly onGap: (partition: number, from: number, to: number) => void;
}

export interface PartitionRecords {
  readonly partition: number;
  readonly records: readonly RawRecord[];
}

const PARTITION_BYTES = 1_048_576;
const FETCH_BYTES = 8 * PARTITION_BYTES;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;

/** How far each partition of a topic has been read, and the requests that move on from there. */
export class TopicPositions {
  private readonly positions = new Map<number, PartitionPosition>();

  constructor(
    private readonly topic: string,
    private readonly options: PositionOptions,
  ) {
    for (const [partition, { from, end }] of options.ranges ?? [])
      this.positions.set(partition, new PartitionPosition(from, end));
  }

  /** Whether all that is wanted has been read. */
  get done(): boolean {
    return [...this.positions.values()].every(({ done }) => done);
  }

  /** Decides where to begin in partitions that were not known so far. */
  async lookForPartitions(cluster: ReadingCluster): Promise<void> {
    const { from, toEnd = false, ranges } = this.options;
    const begun = this.positions.size > 0;
    await cluster.refreshMetadataIfNecessary();
    if (ranges !== undefined) return;
    const fresh = cluster
      .findTopicPartitionMetadata(this.topic)
      .map(({ partitionId }) => partitionId)
      .filter((partition) => !this.positions.has(partition));
    if (fresh.length === 0 || (begun && toEnd)) return;
    // What is in partitions that were added later is all new.
    const first = await this.offsets(cluster, fresh, begun || from === 'beginning');
    const last = toEnd ? await this.offsets(cluster, fresh, false) : null;
    for (const partition of fresh) {
      const end = last?.get(partition) ?? Infinity;
      this.positions.set(partition, new PartitionPosition(first.get(partition)!, end));
    }
  }

  /** What the partitions have, by partition and in order, asked of all their leaders; none after so many ms. */
  async fetch(cluster: ReadingCluster, maxWaitTime: number): Promise<PartitionRecords[]> {
    const unread = [...this.positions].filter(([, { done }]) => !done).map(([partition]) => partition);
    const leaders = Object.entries(cluster.findLeaderForPartitions(this.topic, unread));
    const answers = await Promise.all(
      leaders.map(([nodeId, partitions]) => this.fetchFrom(cluster, nodeId, partitions, maxWaitTime)),
    );
    return answers.flatMap((answer) => this.advance(answer));
  }

  private async fetchFrom(
    cluster: ReadingCluster,
    nodeId: string,
    partitions: readonly number[],
    maxWaitTime: number,
  ): Promise<FetchedPartition[]> {
    const wanted = partitions.map((partition) => ({
      partition,
      fetchOffset: String(this.positions.get(partition)!.next),
      maxBytes: PARTITION_BYTES,
    }));
    try {
      const broker = await cluster.findBroker({ nodeId });
      const { responses } = await broker.fetch({
        isolationLevel: this.options.uncommitted ? READ_UNCOMMITTED : READ_COMMITTED,
        maxWaitTime,
        minBytes: 1,
        maxBytes: FETCH_BYTES,
        topics: [{ topic: this.topic, partitions: wanted }],
      });
      return responses.flatMap((response) => response.partitions);
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
      await this.skipDeleted(cluster, error.partition);
      return [];
    }
  }

  private advance(answer: readonly FetchedPartition[]): PartitionRecords[] {
    const nothingCame = answer.every(({ messages }) => messages.length === 0);
    return answer
      .map((fetched) => ({
        partition: fetched.partition,
        records: this.positions
          .get(fetched.partition)!
          .advance(fetched, this.options.uncommitted ?? false, nothingCame),
      }))
      .filter(({ records }) => records.length > 0);
  }

  private async skipDeleted(cluster: ReadingCluster, partition: number): Promise<void> {
    const position = this.positions.get(partition)!;
    const first = (await this.offsets(cluster, [partition], true)).get(partition)!;
    this.options.onGap(partition, position.next, first);
    position.next = first;
  }

  private async offsets(
    cluster: ReadingCluster,
    partitions: readonly number[],
    fromBeginning: boolean,
  ): Promise<Map<number, number>> {
    const [answer] = await cluster.fetchTopicsOffset([
      { topic: this.topic, partitions: partitions.map((partition) => ({ partition })), fromBeginning },
    ]);
    return new Map(answer.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  }
}

const isOutOfRange = (error: unknown): error is { readonly partition: number } =>
  (error as Error).name === 'KafkaJSOffsetOutOfRange';
