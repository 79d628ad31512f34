import type { EnrichStage } from '../enrichment/enrich.stage.js';
import type { StateStore } from '../analytics/state-store.js';
import type { StreamMetrics } from '../metrics/stream-metrics.js';
import type { OutcomePublisher } from '../publishing/outcome-publisher.js';
import { BatchPipeline } from './batch-pipeline.js';
import { BatchWork } from './batch-work.js';
import type { ErrorLimit } from './error-limit.js';
import type { Judge } from './judge.js';
import { PartitionClaims } from './partition-claims.js';
import type { SharedPartitions } from './shared-partitions.js';

interface Parts {
  readonly judge: Judge;
  readonly enrichment: object;
  readonly state: object;
  readonly publisher: object;
  readonly metrics: object;
  readonly errorLimit: object;
  readonly shared: object;
}

/** A pipeline of parts that note what they are given. */
export function pipelineOf({ judge, ...rest }: Parts): BatchPipeline {
  const enrichment = rest.enrichment as EnrichStage;
  const state = rest.state as StateStore;
  const publisher = rest.publisher as OutcomePublisher;
  const shared = rest.shared as SharedPartitions;
  const metrics = rest.metrics as StreamMetrics;
  const work = new BatchWork(judge, enrichment, state, publisher, metrics, shared);
  const claims = new PartitionClaims(work, state, publisher, shared);
  return new BatchPipeline(work, claims, state, publisher, rest.errorLimit as ErrorLimit);
}
