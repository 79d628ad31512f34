import { Module } from '@nestjs/common';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { KafkaModule } from '../kafka/kafka.module.js';
import { PipelineModule } from '../pipeline/pipeline.module.js';
import { StateKeeper } from './state-keeper.js';
import { StateKeeperGauges } from './state-keeper-gauges.js';

@Module({
  imports: [AnalyticsModule, KafkaModule, PipelineModule],
  providers: [StateKeeper, StateKeeperGauges],
  exports: [StateKeeper],
})
export class RecoveryModule {}
