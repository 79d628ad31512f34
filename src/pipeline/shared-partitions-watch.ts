import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { TopicSettings } from '../config/topic.settings.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { isFatal } from '../kafka/send-errors.js';
import type { BatchLease } from './batch-lease.js';
import { BatchPipeline } from './batch-pipeline.js';
import { SharedPartitions } from './shared-partitions.js';

const LOOK_EVERY_MS = 1_000;

/**
 * Takes partitions up that have no new records, or none that are fetched: what shared state lacks of them belongs to the totals, and what
 * it has kept of them is waited for by others.
 */
@Injectable()
export class SharedPartitionsWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('State');
  private readonly store: RedisStateStore | null;
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private readonly busy = new Set<number>();

  constructor(
    store: StateStore,
    private readonly partitions: SharedPartitions,
    private readonly pipeline: BatchPipeline,
    private readonly client: BatchKafkaClient,
    private readonly health: ConsumerHealth,
    private readonly topics: TopicSettings,
  ) {
    this.store = store instanceof RedisStateStore ? store : null;
  }

  onModuleInit(): void {
    const { store } = this;
    if (store !== null) this.timer = setInterval(() => void this.look(store), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async look(store: RedisStateStore): Promise<void> {
    if (this.isLooking || this.client.owned.size === 0) return;
    this.isLooking = true;
    try {
      await store.check();
      for (const [partition, lease] of this.client.owned)
        if (!this.busy.has(partition) && !this.partitions.isPrepared(partition, lease))
          void this.takeUp(partition, lease);
    } catch (error) {
      this.failed(error);
    } finally {
      this.isLooking = false;
    }
  }

  /** Each by itself: one may wait for what another one has to write. */
  private async takeUp(partition: number, lease: BatchLease): Promise<void> {
    this.busy.add(partition);
    try {
      await this.pipeline.takeUp({ topic: this.topics.input, partition }, lease);
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy.delete(partition);
    }
  }

  private failed(error: unknown): void {
    const isHopeless = error instanceof StateDiverged || error instanceof InvalidSettingsError;
    if (isHopeless || isFatal(error)) this.health.crashed(error as Error, false);
    else this.logger.debug(`Partitions are compared with Redis later: ${(error as Error).message}`);
  }
}
