import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { KafkaModule } from '../kafka/kafka.module.js';
import { ErrorLimitModule } from '../pipeline/error-limit.module.js';
import { RecoveryModule } from '../recovery/recovery.module.js';
import { ErrorLimitIndicator } from './error-limit.indicator.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';
import { ProgressIndicator } from './progress.indicator.js';
import { ReadinessGauges } from './readiness-gauges.js';
import { StateIndicator } from './state.indicator.js';
import { StreamIndicator } from './stream.indicator.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), KafkaModule, ErrorLimitModule, RecoveryModule],
  controllers: [HealthController],
  providers: [
    ...[Lifecycle, ReadinessGauges],
    ...[ProgressIndicator, StreamIndicator, ErrorLimitIndicator, StateIndicator],
  ],
  exports: [Lifecycle],
})
export class HealthModule {}
