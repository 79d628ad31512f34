import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import { LookupObserver } from '../enrichment/lookup-observer.js';
import type { LookupFault } from '../enrichment/lookup-observer.js';
import { METRICS } from './metric-definitions.js';

/** Look-ups as metrics: how long they take, and how they fail. */
@Injectable()
export class LookupMetrics extends LookupObserver {
  constructor(
    @InjectMetric(METRICS.lookupSeconds.name) private readonly seconds: Histogram,
    @InjectMetric(METRICS.lookupFailures.name) private readonly failures: Counter,
  ) {
    super();
  }

  lookedUp(processor: string, seconds: number): void {
    this.seconds.observe({ processor }, seconds);
  }

  lookupFailed(processor: string, reason: LookupFault): void {
    this.failures.inc({ processor, reason });
  }
}
