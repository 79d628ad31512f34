import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { StateKeeper } from '../recovery/state-keeper.js';

/** Up while the state is what it should be, and can be written: the stream flows also when it is not. */
@Injectable()
export class StateIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly keeper: StateKeeper,
  ) {}

  check(): HealthIndicatorResult {
    const check = this.indicators.check('state');
    const { figures, recovered, trouble } = this.keeper;
    const detail = {
      ...(figures !== null && {
        checkpoint: {
          secondsAgo: secondsSince(figures.at),
          bytes: figures.bytes,
          failures: figures.failures,
        },
      }),
      recovered: { records: recovered.records, seconds: Math.round(recovered.seconds * 10) / 10 },
      ...(recovered.losses.length > 0 && { missing: recovered.losses }),
    };
    if (trouble !== null) return check.down({ ...detail, message: trouble });
    return recovered.losses.length === 0
      ? check.up(detail)
      : check.down({
          ...detail,
          message: 'State lacks records, as was accepted with STATE_RECOVERY=lenient',
        });
  }
}

/** Null before the first one. */
const secondsSince = (at: number): number | null => (at === 0 ? null : Math.round((Date.now() - at) / 1000));
