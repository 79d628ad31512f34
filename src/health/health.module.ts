import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { KafkaModule } from '../kafka/kafka.module.js';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';
import { ProgressIndicator } from './progress.indicator.js';
import { ReadinessGauges } from './readiness-gauges.js';
import { StreamIndicator } from './stream.indicator.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), KafkaModule],
  controllers: [HealthController],
  providers: [Lifecycle, ProgressIndicator, StreamIndicator, ReadinessGauges],
  exports: [Lifecycle],
})
export class HealthModule {}
