import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { ErrorLimit } from '../pipeline/error-limit.js';

/** Down while the error limit has paused a partition. No probe asks: the other partitions go on, and a restart would not help. */
@Injectable()
export class ErrorLimitIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly limit: ErrorLimit,
  ) {}

  /** Empty while there is no limit. */
  check(): HealthIndicatorResult {
    if (!this.limit.isOn) return {};
    const check = this.indicators.check('errorLimit');
    const { paused } = this.limit;
    if (paused.length === 0) return check.up();
    return check.down({
      message: 'Partitions are paused: "login-stream resume" lets them go on',
      paused: Object.fromEntries(
        paused.map(({ partition, reason, offsets }) => [
          partition,
          `at offset ${offsets.reachedAt}: ${reason}`,
        ]),
      ),
    });
  }
}
