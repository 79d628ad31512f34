import { Injectable } from '@nestjs/common';
import { StateStore } from '../analytics/state-store.js';
import type { BatchPosition } from '../analytics/state-store.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import type { BatchContext } from '../enrichment/processor.js';
import { underLease } from '../kafka/lease-guard.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { OutcomePublisher } from '../publishing/outcome-publisher.js';
import type { AppliedBatch } from '../publishing/outcome-publisher.js';
import type { BatchLease } from './batch-lease.js';
import { filteredOf, Judge, loginsOf } from './judge.js';
import type { Outcome } from './outcome.js';
import type { RawBatch, RawRecord } from './raw-record.js';
import { SharedPartitions } from './shared-partitions.js';

/** What a batch's records came to, each login with what is added before state is applied. */
export interface JudgedBatch {
  readonly outcomes: Outcome[];
  readonly context: BatchContext & {
    readonly topic: string;
    readonly partition: number;
    /** Of the work, by `performance.now()`. */
    readonly started: number;
  };
}

/** The stages of the data path between a batch's records and what is written for them. */
@Injectable()
export class BatchWork {
  constructor(
    private readonly judge: Judge,
    private readonly enrichment: EnrichStage,
    private readonly state: StateStore,
    private readonly publisher: OutcomePublisher,
    private readonly metrics: StreamMetrics,
    private readonly shared: SharedPartitions,
  ) {}

  /** Whether {@link lookUp} has anything to do. */
  get looksUp(): boolean {
    return this.enrichment.looksUp;
  }

  /** Everything that is worked out of the records alone. */
  prepare({ topic, partition }: RawBatch, records: readonly RawRecord[]): JudgedBatch {
    const context = { topic, partition, now: Date.now(), started: performance.now() };
    const outcomes = this.judge.judge(records);
    this.enrichment.enrich(loginsOf(outcomes), context);
    this.enrichment.protect(filteredOf(outcomes), context);
    return { outcomes, context };
  }

  /**
   * Look-ups may take long, so nothing of the batch is claimed or applied meanwhile.
   *
   * @throws what ended the lease: the records belong to their next owner
   */
  async lookUp(batch: RawBatch, lease: BatchLease): Promise<JudgedBatch> {
    const judged = this.prepare(batch, batch.records);
    await underLease(lease, (signal) => this.lookUpFor(judged, signal));
    return judged;
  }

  /** @throws the signal's reason, while it waits for look-ups */
  lookUpFor({ outcomes, context }: JudgedBatch, signal: AbortSignal): Promise<void> {
    return this.enrichment.lookUp(loginsOf(outcomes), filteredOf(outcomes), context, signal);
  }

  /** Applies the outcomes to the state: from here on they have to be kept until they are written. */
  async applied(
    records: readonly RawRecord[],
    { outcomes, context }: JudgedBatch,
    position: BatchPosition,
    lease?: BatchLease,
    isKept = false,
  ): Promise<Omit<AppliedBatch, 'ticket'>> {
    const { partition, offsets } = position;
    const summaries =
      lease !== undefined && this.shared.areShared
        ? await this.shared.apply(position, outcomes, lease, isKept)
        : await this.state.apply(position, outcomes, this.enrichment.late);
    const recorded = this.state.recorded();
    const { tally, report, ...encoded } = this.publisher.encode(outcomes, summaries, context);
    this.metrics.processedBatch(records.length, (performance.now() - context.started) / 1000);
    const settled = () => {
      this.state.resumeSequence(this.publisher.lastSummary);
      this.state.settled(partition, offsets.end);
      this.metrics.settled(partition, records, tally);
      report();
    };
    return { ...encoded, offsets, recorded, settled };
  }

  /**
   * Applies a batch again that an earlier process has applied and committed: nothing is written.
   *
   * @param position of that time
   */
  async recount(records: readonly RawRecord[], position: BatchPosition): Promise<void> {
    const outcomes = this.judge.sort(records);
    this.enrichment.enrichForState(loginsOf(outcomes), position);
    await this.state.apply({ ...position, isRepeated: true }, outcomes, null);
  }

  /**
   * The same for a batch that was not committed: its outcomes are worked out again, and written when its partition is claimed.
   *
   * @throws the signal's reason, while it waits for look-ups
   */
  async redo(records: readonly RawRecord[], position: BatchPosition, signal: AbortSignal): Promise<void> {
    const { topic, partition } = position;
    const judged = this.prepare({ topic, partition, records }, records);
    if (this.looksUp) await this.lookUpFor(judged, signal);
    this.publisher.restore(partition, await this.applied(records, judged, position));
  }
}
