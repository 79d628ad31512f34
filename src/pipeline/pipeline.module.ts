import { Module } from '@nestjs/common';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { EnrichmentModule } from '../enrichment/enrichment.module.js';
import { FilteringModule } from '../filtering/filtering.module.js';
import { IngestController } from '../ingest/ingest.controller.js';
import { IngestModule } from '../ingest/ingest.module.js';
import { KafkaModule } from '../kafka/kafka.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { ValidationModule } from '../validation/validation.module.js';
import { BatchPipeline } from './batch-pipeline.js';
import { BatchWork } from './batch-work.js';
import { ErrorLimitModule } from './error-limit.module.js';
import { Judge } from './judge.js';
import { PartitionClaims } from './partition-claims.js';
import { Recount } from './recount.js';
import { SharedPartitionsWatch } from './shared-partitions-watch.js';
import { SharedPartitions } from './shared-partitions.js';

/** The stages, in the order of the data path. */
@Module({
  imports: [
    KafkaModule,
    IngestModule,
    ValidationModule,
    FilteringModule,
    EnrichmentModule,
    AnalyticsModule,
    PublishingModule,
    ErrorLimitModule,
  ],
  controllers: [IngestController],
  providers: [
    ...[Judge, Recount, SharedPartitions, SharedPartitionsWatch],
    ...[BatchWork, PartitionClaims, BatchPipeline],
  ],
  exports: [BatchPipeline, BatchWork, Recount],
})
export class PipelineModule {}
