import { Controller, Get, Header } from '@nestjs/common';
import { HealthCheckService } from '@nestjs/terminus';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';
import { INSTANCE_ID } from '../metrics/instance-id.js';
import { ErrorLimitIndicator } from './error-limit.indicator.js';
import { Lifecycle } from './lifecycle.js';
import { ProgressIndicator } from './progress.indicator.js';
import { StateIndicator } from './state.indicator.js';
import { StreamIndicator } from './stream.indicator.js';

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly progress: ProgressIndicator,
    private readonly stream: StreamIndicator,
    private readonly errorLimit: ErrorLimitIndicator,
    private readonly state: StateIndicator,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** For people: everything, always with status 200. */
  @Get()
  @Header('Cache-Control', 'no-store')
  details(): object {
    const indicators = [this.progress, this.stream, this.errorLimit, this.state];
    const details = Object.assign({}, ...indicators.map((each) => each.check())) as HealthIndicatorResult;
    const healthy = Object.values(details).every(({ status }) => status === 'up');
    return {
      status: healthy ? 'ok' : 'degraded',
      instanceId: INSTANCE_ID,
      uptimeSeconds: Math.round((Date.now() - this.lifecycle.startedAt) / 1000),
      details,
    };
  }

  /** For a liveness probe: 503 only when a restart would help. */
  @Get('live')
  live(): Promise<HealthCheckResult> {
    return this.health.check([() => this.progress.check()]);
  }

  /** For a readiness probe: 503 with the reason until the instance does its work. */
  @Get('ready')
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.stream.check()]);
  }
}
