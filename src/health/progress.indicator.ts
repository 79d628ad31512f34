import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { Lifecycle, RUNNING } from './lifecycle.js';

/** Far longer than any wait of ours: every retry, heartbeat and fetch counts as progress. */
const STUCK_AFTER_MS = 180_000;

/** Up while the consumer's loop goes round, also when all it can do is to try to reach a broker. */
@Injectable()
export class ProgressIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly consumer: ConsumerHealth,
    private readonly lifecycle: Lifecycle,
  ) {}

  check(): HealthIndicatorResult {
    const check = this.indicators.check('progress');
    const idleMs = Date.now() - this.consumer.lastProgressAt;
    const detail = { secondsSinceProgress: Math.round(idleMs / 1000) };
    const mayBeStuck = this.lifecycle.phase === RUNNING;
    return mayBeStuck && idleMs > STUCK_AFTER_MS
      ? check.down({ ...detail, message: 'The consumer has stopped going round; restart the process' })
      : check.up(detail);
  }
}
