import { Injectable } from '@nestjs/common';
import { PartlyApplied } from '../analytics/redis/store-errors.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { ProcessorFailed } from '../enrichment/processor-failed.error.js';
import { fatal } from '../kafka/send-errors.js';
import { OutcomePublisher } from '../publishing/outcome-publisher.js';
import type { BatchLease } from './batch-lease.js';
import { BatchWork } from './batch-work.js';
import type { JudgedBatch } from './batch-work.js';
import { ErrorLimit } from './error-limit.js';
import { PartitionClaims } from './partition-claims.js';
import type { Place } from './partition-claims.js';
import type { RawBatch, RawRecord } from './raw-record.js';

/**
 * The data path: decode, validate, filter, enrich, analyse, encode, publish. Bad data is an outcome; a throw means that
 * something we depend on has failed, and then the batch's outcomes are sent again; they are worked out again only from results that
 * shared state has kept.
 */
@Injectable()
export class BatchPipeline {
  constructor(
    private readonly work: BatchWork,
    private readonly claims: PartitionClaims,
    private readonly state: StateStore,
    private readonly publisher: OutcomePublisher,
    private readonly errorLimit: ErrorLimit,
  ) {}

  /** Resolves when every record of the batch has its outcome and the offset behind them is committed, or it is paused. */
  run(batch: RawBatch, lease: BatchLease): Promise<void> {
    const done = this.process(batch, lease).catch((error: Error) => {
      this.claims.failed(batch.partition);
      throw error;
    });
    return orEnd(nameOf(batch), done);
  }

  /** Makes a partition ready of which no batch was fetched. */
  async takeUp(place: Place, lease: BatchLease): Promise<void> {
    await orEnd(`${place.topic}-${place.partition}`, this.claims.claim(place, lease));
  }

  private async process(batch: RawBatch, lease: BatchLease): Promise<void> {
    const lookedUp = this.work.looksUp ? await this.work.lookUp(batch, lease) : null;
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
   * Applies as much as can be applied at once. What shared state has kept comes alone: it was judged, and admitted, before.
   *
   * @param found offset below which results turned out to be kept
   * @returns what is to be written; null when every record has its outcome already, or there are too many errors
   */
  private async apply(batch: RawBatch, lease: BatchLease, lookedUp: JudgedBatch | null, found: number) {
    const { topic, partition } = batch;
    const position = await this.claims.claim({ topic, partition }, lease);
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
    const judged = lookedUp ?? this.work.prepare(batch, records);
    // Look-ups may have taken long. Summaries and records tell when they were made.
    const now = lookedUp === null ? judged.context.now : Date.now();
    const outcomes =
      judged.outcomes.length === records.length ? judged.outcomes : judged.outcomes.slice(from, to);
    const admission = isKept ? null : this.errorLimit.admit({ ...batch, records }, outcomes, lease, end);
    if (admission === null && !isKept) return null;
    const applied = await this.work.applied(
      records,
      { outcomes, context: { ...judged.context, now } },
      { topic, partition, offsets: { first, end }, claimed: position, now },
      lease,
    );
    admission?.accept();
    return { applied, isWhole };
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
