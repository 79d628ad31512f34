import { Module } from '@nestjs/common';
import { EmbeddedStateStore } from './embedded-state-store.js';
import { StateGauges } from './state-gauges.js';
import { StateStore } from './state-store.js';
import { SummaryCadence } from './summary/summary-cadence.js';

@Module({
  providers: [SummaryCadence, { provide: StateStore, useClass: EmbeddedStateStore }, StateGauges],
  exports: [StateStore, SummaryCadence],
})
export class AnalyticsModule {}
