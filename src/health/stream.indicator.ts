import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { KafkaSettings } from '../config/kafka.settings.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { Lifecycle, RUNNING } from './lifecycle.js';

/** Up while this instance does its work: member of the group, topics there, outcomes not waiting, not stopping. */
@Injectable()
export class StreamIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly consumer: ConsumerHealth,
    private readonly lifecycle: Lifecycle,
    private readonly metrics: StreamMetrics,
    private readonly kafka: KafkaSettings,
  ) {}

  /** Why the instance is not ready, or null when it is. */
  obstacle(): string | null {
    if (this.lifecycle.phase !== RUNNING) return this.lifecycle.phase;
    if (!this.consumer.isJoined) return 'joining the group';
    if (!this.consumer.hasTakenOver) return 'taking its partitions over from their earlier owners';
    const silentMs = Date.now() - this.consumer.lastProgressAt;
    if (silentMs > this.kafka.sessionTimeoutMs)
      return `Kafka has not answered for ${Math.round(silentMs / 1000)} seconds`;
    if (this.metrics.waitingPartitions > 0)
      return `outcomes of ${this.metrics.waitingPartitions} partitions are waiting for Kafka`;
    return null;
  }

  check(): HealthIndicatorResult {
    const check = this.indicators.check('stream');
    const obstacle = this.obstacle();
    const detail = {
      phase: this.lifecycle.phase,
      group: this.kafka.groupId,
      partitions: [...this.consumer.partitions.keys()],
      lag: this.consumer.lag,
      ...this.metrics.account,
    };
    return obstacle === null ? check.up(detail) : check.down({ ...detail, message: obstacle });
  }
}
