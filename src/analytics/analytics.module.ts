import { Module } from '@nestjs/common';
import { StateSettings } from '../config/state.settings.js';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import { DurableStateStore } from './durable/durable-state-store.js';
import { NoStateStore } from './no-state-store.js';
import { StateGauges } from './state-gauges.js';
import { StatePlan } from './state-plan.js';
import { StatePlanModule } from './state-plan.module.js';
import { StateStore } from './state-store.js';
import { SummaryCadence } from './summary/summary-cadence.js';

@Module({
  imports: [StatePlanModule],
  providers: [
    {
      provide: StateStore,
      inject: [StateSettings, AnalyticsSettings, SummaryCadence, StatePlan],
      useFactory: (
        { stateStore }: StateSettings,
        settings: AnalyticsSettings,
        cadence: SummaryCadence,
        plan: StatePlan,
      ): StateStore =>
        stateStore === 'none' ? new NoStateStore(plan) : new DurableStateStore(settings, cadence, plan),
    },
    StateGauges,
  ],
  exports: [StateStore, StatePlanModule],
})
export class AnalyticsModule {}
