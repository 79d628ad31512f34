import { Module } from '@nestjs/common';
import { ProcessorsModule } from '../enrichment/processors.module.js';
import { StatePlan } from './state-plan.js';
import { SummaryCadence } from './summary/summary-cadence.js';

/** What has to be remembered, apart from the store that does it: enrichment goes by it, too. */
@Module({
  imports: [ProcessorsModule],
  providers: [SummaryCadence, StatePlan],
  exports: [SummaryCadence, StatePlan],
})
export class StatePlanModule {}
