import { Module } from '@nestjs/common';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { KafkaModule } from '../kafka/kafka.module.js';
import { MessageEncoder } from './message-encoder.js';
import { OutcomeEncoder } from './outcome-encoder.js';
import { OutcomePublisher } from './outcome-publisher.js';
import { Reports } from './reports.js';
import { Settlement } from './settlement.js';
import { SizeGuard } from './size-guard.js';
import { SummaryClock } from './summary-clock.js';
import { SummaryEncoder } from './summary-encoder.js';

@Module({
  imports: [KafkaModule, AnalyticsModule],
  providers: [
    MessageEncoder,
    OutcomeEncoder,
    SizeGuard,
    Settlement,
    SummaryEncoder,
    Reports,
    OutcomePublisher,
    SummaryClock,
  ],
  exports: [SizeGuard, OutcomePublisher],
})
export class PublishingModule {}
