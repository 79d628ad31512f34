import { Injectable, Logger } from '@nestjs/common';
import { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { ResultsGone, StateBehind } from '../analytics/redis/store-errors.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import type { BatchPosition, DueSummary } from '../analytics/state-store.js';
import { StateSettings } from '../config/state.settings.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import { ClusterAdmin } from '../kafka/cluster-admin.js';
import { underLease } from '../kafka/lease-guard.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import type { BatchLease } from './batch-lease.js';
import type { Outcome } from './outcome.js';
import { PartitionComparison } from './partition-comparison.js';
import type { PartitionAt } from './partition-comparison.js';
import type { RawRecord } from './raw-record.js';
import { Recount } from './recount.js';

/** For a pipeline whose state is nobody else's. */
export const NOT_SHARED: Pick<SharedPartitions, 'areShared' | 'forget' | 'prepare' | 'keptOf' | 'apply'> = {
  areShared: false,
  forget: () => undefined,
  prepare: () => Promise.resolve(),
  keptOf: () => null,
  apply: () => Promise.reject(new Error('State is not shared')),
};

/** A membership, and a Redis. */
const timeOf = (store: RedisStateStore, { epoch }: BatchLease): string => `${epoch} ${store.generation}`;

/**
 * Brings shared state and committed offsets together, partition by partition: a Redis that came back empty or older is told again what
 * it lacks, before anything new of the partition is applied. With any other store there is nothing to do.
 */
@Injectable()
export class SharedPartitions {
  private readonly logger = new Logger('State');
  private readonly store: RedisStateStore | null;
  private readonly comparison: PartitionComparison | null;
  /** With what each partition was compared: in which membership, and with which Redis. */
  private readonly compared = new Map<number, string>();
  /** Partitions of which something has failed since their comparison began. */
  private readonly failed = new Set<number>();
  private readonly comparing = new Map<number, Promise<OffsetRange | null>>();
  /** Offsets whose results are kept and, as far as this process knows, not committed. */
  private readonly kept = new Map<number, OffsetRange>();

  constructor(
    store: StateStore,
    private readonly enrichment: EnrichStage,
    private readonly recount: Recount,
    admin: ClusterAdmin,
    private readonly settings: StateSettings,
  ) {
    this.store = store instanceof RedisStateStore ? store : null;
    this.comparison = this.store && new PartitionComparison(this.store, recount, admin);
  }

  get areShared(): boolean {
    return this.store !== null;
  }

  isPrepared(partition: number, lease: BatchLease): boolean {
    if (this.store === null) return true;
    return this.compared.get(partition) === timeOf(this.store, lease) && !this.kept.has(partition);
  }

  /**
   * Compares the partition once in each membership and with each Redis, and mends what is missing.
   *
   * @throws what ended the lease
   */
  async prepare(at: PartitionAt, lease: BatchLease): Promise<void> {
    const { store } = this;
    if (store === null) return;
    const { partition } = at;
    for (let now = timeOf(store, lease); this.compared.get(partition) !== now; now = timeOf(store, lease)) {
      const running = this.comparing.get(partition);
      if (running !== undefined) await underLease(lease, () => running.catch(() => null));
      else {
        this.failed.delete(partition);
        const comparing = this.comparison!.compare(at, lease).finally(() => this.comparing.delete(partition));
        this.comparing.set(partition, comparing);
        try {
          const kept = await comparing;
          if (kept === null) this.kept.delete(partition);
          else this.kept.set(partition, kept);
          if (this.failed.has(partition)) continue;
          this.compared.set(partition, now);
          if (now === timeOf(store, lease)) store.compared(partition);
        } catch (error) {
          if (!(error instanceof StateBehind)) throw error; // it has lost state once more, while it was told what it lacks
        }
      }
    }
  }

  /** To be called when work on the partition has failed: what came of it is looked at again, without being fetched. */
  forget(partition: number): void {
    this.failed.add(partition);
    this.compared.delete(partition);
  }

  /** What is kept of a partition and has to be written before anything else; null when nothing is. */
  keptOf(partition: number): OffsetRange | null {
    return this.kept.get(partition) ?? null;
  }

  /**
   * The records of what is kept.
   *
   * @throws what ended the lease
   */
  async keptRecords(
    { topic, partition }: Pick<PartitionAt, 'topic' | 'partition'>,
    range: OffsetRange,
    lease: BatchLease,
  ): Promise<readonly RawRecord[]> {
    const records = await underLease(lease, (signal) =>
      this.recount.read({ topic, partition }, range, signal),
    );
    if (records.length > 0) return records;
    const what = `${topic}-${partition}: the input has lost offsets ${range.from}–${range.end - 1}, which were counted and have no outcome yet`;
    this.logger.error(`${what}; nothing can be written for them`);
    await underLease(lease, (signal) => this.store!.skipTo(partition, range.end, range.end, signal));
    return records;
  }

  /** What was kept of a partition is written. */
  written(partition: number): void {
    this.kept.delete(partition);
  }

  /**
   * Applies a batch, however long Redis is away, and whatever it has lost.
   *
   * @param isKept its results are asked for again: when they are gone, somebody has written them
   * @throws StateDiverged when its results are gone although the partition is ours; what ended the lease
   */
  async apply(
    position: BatchPosition,
    outcomes: Outcome[],
    lease: BatchLease,
    isKept: boolean,
  ): Promise<readonly DueSummary[]> {
    const store = this.store!;
    for (let isSure = false; ;) {
      try {
        return await underLease(lease, (signal) =>
          store.apply(position, outcomes, this.enrichment.late, signal),
        );
      } catch (error) {
        const { topic, partition, claimed } = position;
        const isGone = error instanceof ResultsGone && !isKept;
        if (!isGone && !(error instanceof StateBehind)) throw error;
        if (isGone && isSure) await this.movedBack(store, position, lease);
        else {
          // The log may be a new one since it was compared.
          if (isGone) this.comparison!.doubt(partition);
          this.compared.delete(partition);
          await this.prepare({ topic, partition, committed: claimed }, lease);
        }
        isSure = isGone;
      }
    }
  }

  /** What was written is to be written again: what came of it then is not known any more. @throws StateDiverged */
  private async movedBack(
    store: RedisStateStore,
    { topic, partition, offsets: { first } }: BatchPosition,
    lease: BatchLease,
  ): Promise<void> {
    await lease.heartbeat(); // or somebody else has the partition now
    const { next, keptFrom } = await underLease(lease, (signal) => store.position(partition, signal));
    if (next === null || first >= next) return;
    const what =
      `state has counted ${topic}-${partition}, with all outcomes written, up to offset ${keptFrom ?? next}, and offset ${first} comes again: ` +
      `the offsets of the group were moved back, or have expired`;
    if (this.settings.stateRecovery === 'strict')
      throw new StateDiverged(
        `${what}. Move them forward, or set STATE_RECOVERY=lenient to count these records again`,
      );
    this.logger.error(`${what}. With STATE_RECOVERY=lenient these records are counted again`);
    await underLease(lease, (signal) => store.skipTo(partition, first, next, signal));
  }
}
