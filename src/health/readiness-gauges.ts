import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { METRICS } from '../metrics/metric-definitions.js';
import { onCollect } from '../metrics/on-collect.js';
import { StreamIndicator } from './stream.indicator.js';

/** Gauges that are read when Prometheus asks. */
@Injectable()
export class ReadinessGauges {
  constructor(
    stream: StreamIndicator,
    consumer: ConsumerHealth,
    @InjectMetric(METRICS.ready.name) ready: Gauge,
    @InjectMetric(METRICS.rebalances.name) rebalances: Gauge,
    @InjectMetric(METRICS.lag.name) lag: Gauge,
  ) {
    onCollect(ready, () => ready.set(stream.obstacle() === null ? 1 : 0));
    onCollect(rebalances, () => rebalances.set(consumer.rebalances));
    onCollect(lag, () => {
      lag.reset();
      for (const [partition, { position, highWatermark }] of consumer.partitions)
        if (position !== null) lag.set({ partition }, Math.max(0, highWatermark - position));
    });
  }
}
