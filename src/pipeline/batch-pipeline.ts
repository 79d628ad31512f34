import { Injectable } from '@nestjs/common';
import { PartlyApplied, ResultsGone } from '../analytics/redis/store-errors.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import type { BatchPosition } from '../analytics/state-store.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import { ProcessorFailed } from '../enrichment/processor-failed.error.js';
import type { BatchContext } from '../enrichment/processor.js';
import { underLease } from '../kafka/lease-guard.js';
import { fatal } from '../kafka/send-errors.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { OutcomePublisher } from '../publishing/outcome-publisher.js';
import type { AppliedBatch } from '../publishing/outcome-publisher.js';
import type { BatchLease } from './batch-lease.js';
import { ErrorLimit } from './error-limit.js';
import { filteredOf, Judge, loginsOf } from './judge.js';
import type { Outcome } from './outcome.js';
import { SharedPartitions } from './shared-partitions.js';
import type { RawBatch, RawRecord } from './raw-record.js';

type Place = Pick<RawBatch, 'topic' | 'partition'>;

/** What a batch's records came to, each login with what is added before state is applied. */
interface JudgedBatch {
  readonly outcomes: Outcome[];
  readonly context: BatchContext & {
    readonly topic: string;
    readonly partition: number;
    /** Of the work, by `performance.now()`. */
    readonly started: number;
  };
}

/**
 * The data path: decode, validate, filter, enrich, analyse, encode, publish. Bad data is an outcome; a throw means that
 * something we depend on has failed, and then the batch's outcomes are sent again; they are worked out again only from results that
 * shared state has kept.
 */
@Injectable()
export class BatchPipeline {
  /** What shared state has kept and is being written, by partition. */
  private readonly writing = new Map<number, Promise<void>>();

  constructor(
    private readonly judge: Judge,
    private readonly enrichment: EnrichStage,
    private readonly state: StateStore,
    private readonly publisher: OutcomePublisher,
    private readonly metrics: StreamMetrics,
    private readonly errorLimit: ErrorLimit,
    private readonly shared: SharedPartitions,
  ) {}

  /** Resolves when every record of the batch has its outcome and the offset behind them is committed, or it is paused. */
  run(batch: RawBatch, lease: BatchLease): Promise<void> {
    return orEnd(nameOf(batch), this.process(batch, lease));
  }

  /**
   * Makes sure, without a batch, that the partition is this process's, that shared state has what is committed of it, and that what
   * state has kept of it is written.
   */
  async takeUp(place: Place, lease: BatchLease): Promise<void> {
    await orEnd(`${place.topic}-${place.partition}`, this.tookUp(place, lease));
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
    const { outcomes, context } = judged;
    if (this.enrichment.looksUp)
      await this.enrichment.lookUp(loginsOf(outcomes), filteredOf(outcomes), context, signal);
    this.publisher.restore(partition, await this.applied(records, judged, position));
  }

  private async process(batch: RawBatch, lease: BatchLease): Promise<void> {
    const lookedUp = this.enrichment.looksUp ? await this.lookUp(batch, lease) : null;
    let keptUpTo = 0;
    for (let isWhole = false; !isWhole;) {
      const ticket = await this.publisher.begin(lease);
      let part;
      try {
        part = await this.apply(batch, lease, lookedUp, keptUpTo);
      } catch (error) {
        ticket.settle(); // nothing was applied, or the process ends
        if (!(error instanceof PartlyApplied)) throw error;
        keptUpTo = error.next;
        continue;
      }
      if (part === null) return ticket.settle();
      await this.publisher.publish(batch.partition, { ...part.applied, ticket }, lease);
      ({ isWhole } = part);
    }
  }

  /**
   * Look-ups may take long, so nothing of the batch is claimed or applied meanwhile.
   *
   * @throws what ended the lease: the records belong to their next owner
   */
  private async lookUp(batch: RawBatch, lease: BatchLease): Promise<JudgedBatch> {
    const judged = this.prepare(batch, batch.records);
    const { outcomes, context } = judged;
    await underLease(lease, (signal) =>
      this.enrichment.lookUp(loginsOf(outcomes), filteredOf(outcomes), context, signal),
    );
    return judged;
  }

  /**
   * What state has kept is written without being fetched: the next fetch may wait for batches that wait for it.
   *
   * @returns offset from which on records have no outcome; null: none has one
   */
  private async tookUp(place: Place, lease: BatchLease): Promise<number | null> {
    const { partition } = place;
    for (;;) {
      const committed = await this.publisher.claim(partition, lease);
      await this.shared.prepare({ ...place, committed }, lease);
      const kept = this.shared.keptOf(partition);
      if (kept === null) return committed;
      if (committed !== null && committed >= kept.end) {
        this.shared.written(partition);
        return committed;
      }
      const running = this.writing.get(partition);
      if (running !== undefined) await underLease(lease, () => running.catch(() => undefined));
      else {
        const writing = this.writeKept(place, kept, committed, lease).finally(() =>
          this.writing.delete(partition),
        );
        this.writing.set(partition, writing);
        await writing;
      }
    }
  }

  private async writeKept(
    place: Place,
    { from, end }: { readonly from: number; readonly end: number },
    claimed: number | null,
    lease: BatchLease,
  ): Promise<void> {
    const { partition } = place;
    const records = await this.shared.keptRecords(place, { from, end }, lease);
    if (records.length > 0) {
      const batch = { ...place, records };
      const judged = this.enrichment.looksUp ? await this.lookUp(batch, lease) : this.prepare(batch, records);
      const ticket = await this.publisher.begin(lease);
      this.state.resumeSequence(this.publisher.lastSummary);
      const position = { ...place, offsets: { first: from, end }, claimed, now: judged.context.now };
      try {
        const applied = await this.applied(records, judged, position, lease, true);
        await this.publisher.publish(partition, { ...applied, ticket }, lease);
      } catch (error) {
        if (!(error instanceof ResultsGone)) throw error; // written by a batch that was on its way
      } finally {
        ticket.settle();
      }
    }
    this.shared.written(partition);
  }

  /**
   * Applies as much as can be applied at once. What shared state has kept comes alone: it was judged, and admitted, before.
   *
   * @param found offset below which results turned out to be kept
   * @returns what is to be written; null when every record has its outcome already, or there are too many errors
   */
  private async apply(batch: RawBatch, lease: BatchLease, lookedUp: JudgedBatch | null, found: number) {
    const { topic, partition } = batch;
    const position = await this.tookUp({ topic, partition }, lease);
    const from = countBelow(batch.records, position ?? -1);
    if (from === batch.records.length) return null;
    const first = Number(batch.records[from].offset);
    this.state.resumeSequence(this.publisher.lastSummary);
    const isKept = first < found;
    const limit = isKept ? found : Infinity;
    const to = Math.min(countBelow(batch.records, limit), from + this.state.mostRecords);
    const isWhole = to === batch.records.length;
    const records = from === 0 && isWhole ? batch.records : batch.records.slice(from, to);
    // Offsets without records may lie behind what is kept.
    const end = Math.min(isWhole ? lease.endOffset : Number(batch.records[to].offset), limit);
    const judged = lookedUp ?? this.prepare(batch, records);
    // Look-ups may have taken long. Summaries and records tell when they were made.
    const now = lookedUp === null ? judged.context.now : Date.now();
    const outcomes =
      judged.outcomes.length === records.length ? judged.outcomes : judged.outcomes.slice(from, to);
    const admission = isKept ? null : this.errorLimit.admit({ ...batch, records }, outcomes, lease, end);
    if (admission === null && !isKept) return null;
    const applied = await this.applied(
      records,
      { outcomes, context: { ...judged.context, now } },
      { topic, partition, offsets: { first, end }, claimed: position, now },
      lease,
    );
    admission?.accept();
    return { applied, isWhole };
  }

  /** Applies the outcomes to the state: from here on they have to be kept until they are written. */
  private async applied(
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
      this.state.settled(partition, offsets.end);
      this.metrics.settled(partition, records, tally);
      report();
    };
    return { ...encoded, offsets, recorded, settled };
  }

  private prepare({ topic, partition }: RawBatch, records: readonly RawRecord[]): JudgedBatch {
    const context = { topic, partition, now: Date.now(), started: performance.now() };
    const outcomes = this.judge.judge(records);
    this.enrichment.enrich(loginsOf(outcomes), context);
    this.enrichment.protect(filteredOf(outcomes), context);
    return { outcomes, context };
  }
}

/** @throws what ends the process, where going on would count otherwise than what is committed, or fail again */
async function orEnd<T>(where: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof StateDiverged || error instanceof InvalidSettingsError)
      throw fatal(`State cannot go on with ${where}`, error);
    if (!(error instanceof ProcessorFailed)) throw error;
    // State may have counted a part of the batch; and the login would do the same again.
    throw fatal(
      `A processor failed on a login of ${where}; mend it, or take its fields out of the profile`,
      error,
    );
  }
}

/** A batch in words. */
const nameOf = ({ topic, partition, records }: RawBatch): string =>
  `${topic}-${partition}, offsets ${records[0].offset}–${records.at(-1)!.offset}`;

/** How many records come before an offset. They come in offset order. */
function countBelow(records: readonly RawRecord[], offset: number): number {
  if (Number(records[0].offset) >= offset) return 0;
  if (Number(records[records.length - 1].offset) < offset) return records.length;
  return records.findIndex((record) => Number(record.offset) >= offset);
}
