import { Injectable } from '@nestjs/common';
import { KafkaSettings } from '../config/kafka.settings.js';
import { ProfileSettings } from '../config/profile.settings.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import type { PartitionProgress } from '../kafka/consumer-health.js';
import { INSTANCE_ID } from './instance-id.js';
import type { LatencyHistogram } from './latency-histogram.js';
import { profileName } from '../profiles/active-profile.js';
import type { MetricsRecord, MetricsWindow, TimePercentiles } from './metrics-record.js';
import { ProcessUsage } from './process-usage.js';
import { SERVICE_VERSION } from './service-version.js';
import { StreamMetrics } from './stream-metrics.js';

type Counts = Omit<MetricsWindow, 'start' | 'end'>;

const NONE: Counts = {
  total_received_count: 0,
  processed_count: 0,
  filtered_count: 0,
  error_count: 0,
  error_type_counts: {},
};

/** Makes metrics records. Each ends the window that the one before it, or {@link start}, began. */
@Injectable()
export class MetricsRecorder {
  private readonly usage = new ProcessUsage();
  private begun = { wall: 0, monotonic: 0, counts: NONE };

  constructor(
    private readonly metrics: StreamMetrics,
    private readonly consumer: ConsumerHealth,
    private readonly kafka: KafkaSettings,
    private readonly profile: ProfileSettings,
  ) {}

  /** Begins the first window. What was counted before it is in no window. */
  start(): void {
    this.usage.start();
    this.begin(Date.now(), performance.now(), this.counts());
  }

  stop(): void {
    this.usage.stop();
  }

  /** @param stopping whether it is the instance's last record */
  next(stopping: boolean): MetricsRecord {
    const { processing, latency, perMessage } = this.metrics.times;
    const { lag, partitions } = this.consumer;
    const wall = Date.now();
    const monotonic = performance.now();
    const elapsedMs = Math.max(1, monotonic - this.begun.monotonic);
    const counts = this.counts();
    const since = difference(counts, this.begun.counts);
    const perSecond = (count: number) => round((count * 1000) / elapsedMs);
    const record = {
      instance_id: INSTANCE_ID,
      group_id: this.kafka.groupId,
      version: SERVICE_VERSION,
      profile: profileName(this.profile),
      timestamp: Math.floor(wall / 1000),
      uptime_seconds: round(process.uptime()),
      stopping,
      messages_per_second: perSecond(since.total_received_count),
      processed_per_second: perSecond(since.processed_count),
      filtered_per_second: perSecond(since.filtered_count),
      errors_per_second: perSecond(since.error_count),
      ...counts,
      clean_type_counts: Object.fromEntries(this.metrics.cleanTypes),
      processing_time_ms: percentiles(processing, 1000),
      processing_time_per_message_us: perMessage === null ? null : round(perMessage),
      end_to_end_latency_ms: percentiles(latency, 1),
      lag,
      max_partition_lag: greatestLag(partitions.values()),
      partitions: partitions.size,
      ...this.usage.take(elapsedMs),
      window: { start: this.begun.wall / 1000, end: wall / 1000, ...since },
    };
    this.begin(wall, monotonic, counts);
    return record;
  }

  private begin(wall: number, monotonic: number, counts: Counts): void {
    this.begun = { wall, monotonic, counts };
    this.metrics.times.reset();
  }

  private counts(): Counts {
    const { received, processed, filtered, errors } = this.metrics.account;
    return {
      total_received_count: received,
      processed_count: processed,
      filtered_count: filtered,
      error_count: errors,
      error_type_counts: Object.fromEntries(this.metrics.errorTypes),
    };
  }
}

function difference(now: Counts, before: Counts): Counts {
  const types = Object.entries(now.error_type_counts)
    .map(([type, count]) => [type, count - (before.error_type_counts[type] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  return {
    total_received_count: now.total_received_count - before.total_received_count,
    processed_count: now.processed_count - before.processed_count,
    filtered_count: now.filtered_count - before.filtered_count,
    error_count: now.error_count - before.error_count,
    error_type_counts: Object.fromEntries(types),
  };
}

/** @param perMillisecond of the histogram's unit */
function percentiles(histogram: LatencyHistogram, perMillisecond: number): TimePercentiles | null {
  if (histogram.count === 0) return null;
  return {
    p50: histogram.percentile(0.5) / perMillisecond,
    p95: histogram.percentile(0.95) / perMillisecond,
    p99: histogram.percentile(0.99) / perMillisecond,
    max: histogram.max / perMillisecond,
  };
}

function greatestLag(partitions: Iterable<PartitionProgress>): number {
  let greatest = 0;
  for (const { position, highWatermark } of partitions)
    if (position !== null) greatest = Math.max(greatest, highWatermark - position);
  return greatest;
}

/** To three decimals. */
const round = (value: number): number => Math.round(value * 1000) / 1000;
