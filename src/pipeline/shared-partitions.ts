import { Inject, Injectable, Logger } from '@nestjs/common';
import { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { ResultsGone, StateBehind } from '../analytics/redis/store-errors.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import type { BatchPosition, DueSummary } from '../analytics/state-store.js';
import { StateSettings } from '../config/state.settings.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import { IMPATIENT_KAFKA } from '../kafka/brokers.js';
import { ClusterAdmin } from '../kafka/cluster-admin.js';
import { Kafka } from '../kafka/kafkajs.js';
import { LogReader } from '../kafka/log-reader.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import type { BatchLease } from './batch-lease.js';
import { Judge, loginsOf } from './judge.js';
import type { Outcome } from './outcome.js';
import { underLease } from '../kafka/lease-guard.js';

/** Offsets that are read again and applied at once. */
const SLICE = 4_096;

/** For a pipeline whose state is nobody else's. */
export const NOT_SHARED: Pick<SharedPartitions, 'areShared' | 'prepare' | 'apply'> = {
  areShared: false,
  prepare: () => Promise.resolve(),
  apply: () => Promise.reject(new Error('State is not shared')),
};

/** Where a batch's partition is, and how far it is committed. */
interface PartitionAt {
  readonly topic: string;
  readonly partition: number;
  /** Null: nothing is. */
  readonly committed: number | null;
  /** Offset of the first record that is to be applied. */
  readonly first: number;
}

/**
 * Brings shared state and committed offsets together, partition by partition: a Redis that came back empty or older is told again what
 * it lacks, before anything new of the partition is applied. With any other store there is nothing to do.
 */
@Injectable()
export class SharedPartitions {
  private readonly logger = new Logger('State');
  private readonly store: RedisStateStore | null;
  /** In which membership a partition was compared. */
  private readonly epochs = new Map<number, number>();

  constructor(
    store: StateStore,
    private readonly judge: Judge,
    private readonly enrichment: EnrichStage,
    @Inject(IMPATIENT_KAFKA) private readonly kafka: Kafka,
    private readonly admin: ClusterAdmin,
    private readonly settings: StateSettings,
  ) {
    this.store = store instanceof RedisStateStore ? store : null;
  }

  get areShared(): boolean {
    return this.store !== null;
  }

  /** Compares the partition once in each membership, and mends what is missing. @throws what ended the lease */
  async prepare(at: PartitionAt, lease: BatchLease): Promise<void> {
    if (this.store === null || this.epochs.get(at.partition) === lease.epoch) return;
    await this.compare(this.store, at, lease);
    this.epochs.set(at.partition, lease.epoch);
  }

  /**
   * Applies a batch, however long Redis is away, and whatever it has lost.
   *
   * @throws StateDiverged when its results are gone although the partition is ours; what ended the lease
   */
  async apply(
    position: BatchPosition,
    outcomes: Outcome[],
    lease: BatchLease,
  ): Promise<readonly DueSummary[]> {
    const store = this.store!;
    for (;;) {
      try {
        return await underLease(lease, (signal) =>
          store.apply(position, outcomes, this.enrichment.late, signal),
        );
      } catch (error) {
        if (error instanceof ResultsGone) await lease.heartbeat(); // or somebody else has the partition now
        if (!(error instanceof StateBehind)) throw error;
        const { topic, partition, claimed, offsets } = position;
        await this.compare(store, { topic, partition, committed: claimed, first: offsets.first }, lease);
      }
    }
  }

  private async compare(store: RedisStateStore, at: PartitionAt, lease: BatchLease): Promise<void> {
    const { topic, partition, committed, first } = at;
    if (committed !== null) store.settled(partition, committed);
    const { next, keptFrom } = await underLease(lease, () => store.position(partition));
    if (next !== null && next > (await this.admin.logEndOffset(topic, partition))) {
      this.logger.error(
        `${topic}-${partition} ends before offset ${next}, which state has counted: its log is a new one`,
      );
      return store.reset(partition);
    }
    if (committed !== null && (next ?? 0) < committed)
      return this.recount(store, at, { from: next ?? 0, end: committed }, lease);
    if (keptFrom !== null && first < keptFrom) await this.movedBack(store, at, keptFrom);
  }

  /** What was written is to be written again: what came of it then is not known any more. */
  private async movedBack(
    store: RedisStateStore,
    { topic, partition, first }: PartitionAt,
    keptFrom: number,
  ): Promise<void> {
    const what =
      `state has counted ${topic}-${partition}, with all outcomes written, up to offset ${keptFrom}, and offset ${first} comes again: ` +
      `the offsets of the group were moved back, or have expired`;
    if (this.settings.stateRecovery === 'strict')
      throw new StateDiverged(
        `${what}. Move them forward, or set STATE_RECOVERY=lenient to count these records again`,
      );
    this.logger.error(`${what}. With STATE_RECOVERY=lenient these records are counted again`);
    await store.skipTo(partition, first);
  }

  private async recount(
    store: RedisStateStore,
    { topic, partition }: PartitionAt,
    range: OffsetRange,
    lease: BatchLease,
  ): Promise<void> {
    this.logger.warn(
      `Redis lacks offsets ${range.from}–${range.end - 1} of ${topic}-${partition}, which are committed: they are read again`,
    );
    const gaps: string[] = [];
    await underLease(lease, async (signal) => {
      const reader = new LogReader(this.kafka, topic, new Map([[partition, range]]), {
        signal,
        onGap: (_, from, to) => gaps.push(`offsets ${from}–${to - 1} of ${topic}-${partition}`),
        onTrouble: (message) => this.logger.warn(`${message}. Trying again.`),
      });
      try {
        for (let from = range.from; from < range.end; from += SLICE) {
          const end = Math.min(range.end, from + SLICE);
          const records = await reader.take(partition, end);
          if (gaps.length > 0) this.acceptGaps(gaps.splice(0));
          if (records.length === 0) await store.skipTo(partition, end);
          else {
            const now = Number(records[records.length - 1].timestamp);
            const outcomes = this.judge.sort(records);
            this.enrichment.enrichForState(loginsOf(outcomes), { now });
            const position = { topic, partition, offsets: { first: from, end }, claimed: null, now };
            await store.recount(position, outcomes, signal);
          }
        }
      } finally {
        await reader.close();
      }
    });
  }

  private acceptGaps(gaps: readonly string[]): void {
    const what = `Redis has lost the state, and the input it came from is gone: ${gaps.join(', ')}`;
    if (this.settings.stateRecovery === 'strict')
      throw new StateDiverged(`${what}. Restore Redis, or set STATE_RECOVERY=lenient to go on without`);
    this.logger.error(`${what}. Accepted with STATE_RECOVERY=lenient`);
  }
}
