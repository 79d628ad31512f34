import { Module } from '@nestjs/common';
import { StatePlanModule } from '../analytics/state-plan.module.js';
import { EnrichStage } from './enrich.stage.js';
import { LookupRunner } from './lookup-runner.js';
import { ProcessorsModule } from './processors.module.js';

/** The stage that runs the processors. Look-ups report to the metrics. */
@Module({
  imports: [ProcessorsModule, StatePlanModule],
  providers: [LookupRunner, EnrichStage],
  exports: [ProcessorsModule, EnrichStage, LookupRunner],
})
export class EnrichmentModule {}
