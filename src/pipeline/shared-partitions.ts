import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { ResultsGone, StateBehind } from '../analytics/redis/store-errors.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import type { BatchPosition, DueSummary } from '../analytics/state-store.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { StateSettings } from '../config/state.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { ClusterAdmin } from '../kafka/cluster-admin.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { underLease } from '../kafka/lease-guard.js';
import { Patience } from '../kafka/patience.js';
import type { BatchLease } from './batch-lease.js';
import type { Outcome } from './outcome.js';
import { Recount } from './recount.js';

/** For a pipeline whose state is nobody else's. */
export const NOT_SHARED: Pick<SharedPartitions, 'areShared' | 'prepare' | 'apply'> = {
  areShared: false,
  prepare: () => Promise.resolve(),
  apply: () => Promise.reject(new Error('State is not shared')),
};

const LOOK_EVERY_MS = 1_000;

const markOf = (store: RedisStateStore, { epoch }: BatchLease): string => `${epoch} ${store.generation}`;

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
export class SharedPartitions implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('State');
  private readonly store: RedisStateStore | null;
  /** With what each partition was compared: in which membership, and with which Redis. */
  private readonly compared = new Map<number, string>();
  private readonly comparing = new Map<number, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(
    store: StateStore,
    private readonly enrichment: EnrichStage,
    private readonly recount: Recount,
    private readonly admin: ClusterAdmin,
    private readonly client: BatchKafkaClient,
    private readonly health: ConsumerHealth,
    private readonly topics: TopicSettings,
    private readonly settings: StateSettings,
  ) {
    this.store = store instanceof RedisStateStore ? store : null;
  }

  get areShared(): boolean {
    return this.store !== null;
  }

  onModuleInit(): void {
    if (this.store !== null)
      this.timer = setInterval(() => void this.look(this.store!), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Compares the partition once in each membership and with each Redis, and mends what is missing. @throws what ended the lease */
  async prepare(at: PartitionAt, lease: BatchLease): Promise<void> {
    const { store } = this;
    if (store === null) return;
    const { partition } = at;
    for (let now = markOf(store, lease); this.compared.get(partition) !== now; now = markOf(store, lease)) {
      const running = this.comparing.get(partition);
      if (running !== undefined) await underLease(lease, () => running.catch(() => undefined));
      else {
        const comparison = this.compare(store, at, lease).finally(() => this.comparing.delete(partition));
        this.comparing.set(partition, comparison);
        await comparison;
        this.compared.set(partition, now);
      }
    }
  }

  /** Partitions without new records are compared, too: what Redis lacks of them belongs to the totals. */
  private async look(store: RedisStateStore): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await store.check();
      for (const [partition, lease] of this.client.owned) {
        if (this.compared.get(partition) === markOf(store, lease)) continue;
        const committed = await this.client.claim(partition, lease);
        const first = committed ?? (await this.admin.logStartOffset(this.topics.input, partition));
        await this.prepare({ topic: this.topics.input, partition, committed, first }, lease);
      }
    } catch (error) {
      if (error instanceof StateDiverged || error instanceof InvalidSettingsError)
        this.health.crashed(error, false);
      else this.logger.debug(`Partitions are compared with Redis later: ${(error as Error).message}`);
    } finally {
      this.isLooking = false;
    }
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
    const { next, keptFrom, resetAt } = await underLease(lease, () => store.position(partition));
    if (next !== null && next > (await this.logEnd(at, lease))) {
      this.logger.error(
        `${topic}-${partition} ends before offset ${next}, which state has counted: its log is a new one`,
      );
      return store.reset(partition);
    }
    if (committed !== null && (next ?? 0) < committed)
      return this.recount.run(store, at, { from: next ?? 0, end: committed, resetAt: resetAt ?? 0 }, lease);
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

  private logEnd({ topic, partition }: PartitionAt, lease: BatchLease): Promise<number> {
    const onWait = ({ message }: Error) =>
      this.logger.warn(`The end of ${topic}-${partition} cannot be asked for: ${message}. Trying again.`);
    return underLease(lease, (signal) =>
      new Patience({ limitMs: Infinity, signal, onWait }).until(() =>
        this.admin.logEndOffset(topic, partition),
      ),
    );
  }
}
