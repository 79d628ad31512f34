import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge } from 'prom-client';
import { METRICS } from '../metrics/metric-definitions.js';
import { onCollect } from '../metrics/on-collect.js';
import { ErrorLimit } from './error-limit.js';

/** Pauses as metrics. */
@Injectable()
export class ErrorLimitMetrics {
  constructor(
    limit: ErrorLimit,
    @InjectMetric(METRICS.pausedPartitions.name) paused: Gauge,
    @InjectMetric(METRICS.partitionPauses.name) pauses: Counter,
  ) {
    onCollect(paused, () => paused.set(limit.paused.length));
    limit.whenPaused(() => pauses.inc());
  }
}
