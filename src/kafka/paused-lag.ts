import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { TopicSettings } from '../config/topic.settings.js';
import { ClusterAdmin } from './cluster-admin.js';
import { ConsumerHealth } from './consumer-health.js';
import { PartitionPauses } from './partition-pauses.js';

const EVERY_MS = 5_000;

/** Nothing is fetched of a paused partition, so that its end is not known: it is asked for, or lag would stand still. */
@Injectable()
export class PausedLag implements OnModuleDestroy {
  private readonly logger = new Logger('Kafka');
  private readonly timer: NodeJS.Timeout;
  private asking = false;

  constructor(
    private readonly pauses: PartitionPauses,
    private readonly health: ConsumerHealth,
    private readonly admin: ClusterAdmin,
    private readonly topics: TopicSettings,
  ) {
    this.timer = setInterval(() => void this.refresh(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Does nothing while no partition is paused. A cluster that does not answer leaves the figures as they are. */
  async refresh(): Promise<void> {
    if (this.pauses.partitions.size === 0 || this.asking) return;
    this.asking = true;
    try {
      const offsets = await this.admin.run((admin) => admin.fetchTopicOffsets(this.topics.input));
      for (const { partition, high } of offsets) {
        const progress = this.health.partitions.get(partition);
        if (progress && this.pauses.partitions.has(partition)) progress.highWatermark = Number(high);
      }
    } catch (error) {
      this.logger.debug(`The end of paused partitions is not known: ${(error as Error).message}`);
    } finally {
      this.asking = false;
    }
  }
}
