import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { TopicSettings } from '../config/topic.settings.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { SharedPartitions } from './shared-partitions.js';

const LOOK_EVERY_MS = 1_000;

/** Partitions without new records are compared with shared state, too: what it lacks of them belongs to the totals. */
@Injectable()
export class SharedPartitionsWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('State');
  private readonly store: RedisStateStore | null;
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(
    store: StateStore,
    private readonly partitions: SharedPartitions,
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
      for (const [partition, lease] of this.client.owned) {
        if (this.partitions.isPrepared(partition, lease)) continue;
        const committed = await this.client.claim(partition, lease);
        await this.partitions.prepare({ topic: this.topics.input, partition, committed }, lease);
      }
    } catch (error) {
      if (error instanceof StateDiverged || error instanceof InvalidSettingsError)
        this.health.crashed(error, false);
      else this.logger.debug(`Partitions are compared with Redis later: ${(error as Error).message}`);
    } finally {
      this.isLooking = false;
    }
  }
}
