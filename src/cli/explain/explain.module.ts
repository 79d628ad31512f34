import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { EmbeddedStateStore } from '../../analytics/embedded-state-store.js';
import { NoStateStore } from '../../analytics/no-state-store.js';
import { StatePlanModule } from '../../analytics/state-plan.module.js';
import { StateStore } from '../../analytics/state-store.js';
import { AnalyticsSettings } from '../../config/analytics.settings.js';
import { ConfigModule } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.js';
import { EnrichmentModule } from '../../enrichment/enrichment.module.js';
import type { LoadedExtension } from '../../extensions/extension.js';
import { FilteringModule } from '../../filtering/filtering.module.js';
import { IngestModule } from '../../ingest/ingest.module.js';
import { BatchKafkaClient } from '../../kafka/batch-kafka.client.js';
import { BROKER_DEFAULT_MAX_MESSAGE_BYTES } from '../../kafka/topic-catalog.js';
import type { TopicFacts } from '../../kafka/topic-catalog.js';
import { errorTopicBytes, TopicsService } from '../../kafka/topics.service.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { BatchPipeline } from '../../pipeline/batch-pipeline.js';
import { BatchWork } from '../../pipeline/batch-work.js';
import { PartitionClaims } from '../../pipeline/partition-claims.js';
import { Judge } from '../../pipeline/judge.js';
import { NOT_SHARED, SharedPartitions } from '../../pipeline/shared-partitions.js';
import { ErrorLimit, NO_ERROR_LIMIT } from '../../pipeline/error-limit.js';
import { ProfilesModule } from '../../profiles/profiles.module.js';
import { MessageEncoder } from '../../publishing/message-encoder.js';
import { OutcomeEncoder } from '../../publishing/outcome-encoder.js';
import { OutcomePublisher } from '../../publishing/outcome-publisher.js';
import { Reports } from '../../publishing/reports.js';
import { Settlement } from '../../publishing/settlement.js';
import { SizeGuard } from '../../publishing/size-guard.js';
import { SummaryEncoder } from '../../publishing/summary-encoder.js';
import { ValidationModule } from '../../validation/validation.module.js';

/** What the pipeline asks of its client. */
export type PipelineClient = Pick<BatchKafkaClient, 'claim' | 'publishOutcomes' | 'lastSummary'>;

/** The pipeline with its real stages and an empty state in memory; instead of Kafka there is the given client. */
@Global()
@Module({})
export class ExplainModule {
  static forRoot(
    settings: Settings,
    client: PipelineClient,
    extensions: readonly LoadedExtension[],
  ): DynamicModule {
    return {
      module: ExplainModule,
      imports: [
        ConfigModule.forRoot({ ...settings, analytics: forOneMessage(settings.analytics) }),
        ProfilesModule,
        MetricsModule,
        IngestModule,
        ValidationModule,
        FilteringModule,
        StatePlanModule,
        EnrichmentModule,
        ...extensions.map(({ module }) => module),
      ],
      providers: [
        { provide: TopicsService, useValue: usualTopics(settings) },
        { provide: BatchKafkaClient, useValue: client },
        // Whatever the service keeps its state in: this one is empty, and nothing is written.
        {
          provide: StateStore,
          useClass: settings.state.stateStore === 'none' ? NoStateStore : EmbeddedStateStore,
        },
        SizeGuard,
        MessageEncoder,
        OutcomeEncoder,
        SummaryEncoder,
        Reports,
        Settlement,
        { provide: ErrorLimit, useValue: NO_ERROR_LIMIT },
        OutcomePublisher,
        Judge,
        { provide: SharedPartitions, useValue: NOT_SHARED },
        BatchWork,
        PartitionClaims,
        BatchPipeline,
      ],
    };
  }
}

/** The topics as the service creates them on brokers that are not told otherwise: there is no cluster to ask. */
const usualTopics = ({ topic, input }: Settings): Pick<TopicsService, 'of'> => ({
  of: (name): TopicFacts => ({
    partitions: topic.partitions,
    maxMessageBytes: name === topic.error ? errorTopicBytes(input) : BROKER_DEFAULT_MAX_MESSAGE_BYTES,
  }),
});

/** Tables for millions of users would be made for nothing. */
const forOneMessage = (settings: AnalyticsSettings): AnalyticsSettings =>
  Object.assign(new AnalyticsSettings(), settings, { maxUsers: 1, maxDevices: 1, dedupeLimit: 1 });
