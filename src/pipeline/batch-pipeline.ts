import { Injectable } from '@nestjs/common';
import { StateStore } from '../analytics/state-store.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import { ProcessorFailed } from '../enrichment/processor-failed.error.js';
import type { BatchContext } from '../enrichment/processor.js';
import { FilterStage } from '../filtering/filter.stage.js';
import { Decoder } from '../ingest/decoder.js';
import { waitWhileLeased } from '../kafka/lease-guard.js';
import { fatal } from '../kafka/send-errors.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { OutcomePublisher } from '../publishing/outcome-publisher.js';
import { SizeGuard } from '../publishing/size-guard.js';
import { Validator } from '../validation/validator.js';
import type { BatchLease } from './batch-lease.js';
import type { Login } from './login.js';
import { Filtered, Rejected } from './outcome.js';
import type { Outcome } from './outcome.js';
import type { RawBatch, RawRecord } from './raw-record.js';

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
 * something we depend on has failed, and then the batch's outcomes are sent again, never worked out again.
 */
@Injectable()
export class BatchPipeline {
  constructor(
    private readonly decoder: Decoder,
    private readonly validator: Validator,
    private readonly sizeGuard: SizeGuard,
    private readonly filter: FilterStage,
    private readonly enrichment: EnrichStage,
    private readonly state: StateStore,
    private readonly publisher: OutcomePublisher,
    private readonly metrics: StreamMetrics,
  ) {}

  /** Resolves when every record of the batch has its outcome and the offset behind them is committed. */
  async run(batch: RawBatch, lease: BatchLease): Promise<void> {
    try {
      await this.process(batch, lease);
    } catch (error) {
      if (!(error instanceof ProcessorFailed)) throw error;
      const last = batch.records.at(-1)!.offset;
      const where = `${batch.topic}-${batch.partition}, offsets ${batch.records[0].offset}–${last}`;
      // State may have counted a part of the batch; and the login would do the same again.
      throw fatal(
        `A processor failed on a login of ${where}; mend it, or take its fields out of the profile`,
        error,
      );
    }
  }

  private async process(batch: RawBatch, lease: BatchLease): Promise<void> {
    const lookedUp = this.enrichment.looksUp ? await this.lookUp(batch, lease) : null;
    const ticket = await this.publisher.begin(lease);
    const applied = await this.apply(batch, lease, lookedUp).catch((error: unknown) => {
      ticket.settle(); // nothing was applied, or the process ends
      throw error;
    });
    if (applied === null) ticket.settle();
    else await this.publisher.publish(batch.partition, { ...applied, ticket }, lease);
  }

  /**
   * Look-ups may take long, so nothing of the batch is claimed or applied meanwhile.
   *
   * @throws what ended the lease: the records belong to their next owner
   */
  private async lookUp(batch: RawBatch, lease: BatchLease): Promise<JudgedBatch> {
    const judged = this.prepare(batch, batch.records);
    const { outcomes, context } = judged;
    const over = new AbortController();
    const answers = this.enrichment.lookUp(loginsOf(outcomes), filteredOf(outcomes), context, over.signal);
    try {
      await waitWhileLeased(lease, answers);
    } finally {
      over.abort();
    }
    return judged;
  }

  /** @returns what is to be written; null when every record has its outcome already */
  private async apply(batch: RawBatch, lease: BatchLease, lookedUp: JudgedBatch | null) {
    const { partition } = batch;
    const position = await this.publisher.claim(partition, lease);
    const settledBefore = countSettled(batch.records, position);
    const records = settledBefore === 0 ? batch.records : batch.records.slice(settledBefore);
    if (records.length === 0) return null;
    const { context: prepared, outcomes: judged } = lookedUp ?? this.prepare(batch, records);
    // Look-ups may have taken long. Summaries and records tell when they were made.
    const context = lookedUp === null ? prepared : { ...prepared, now: Date.now() };
    const outcomes = judged.length === records.length ? judged : judged.slice(settledBefore);
    const offsets = { first: Number(records[0].offset), end: lease.endOffset };
    this.state.resumeSequence(this.publisher.lastSummary);
    const summaries = await this.state.apply({ ...context, offsets }, outcomes, this.enrichment.late);
    const { tally, report, ...encoded } = this.publisher.encode(outcomes, summaries, context);
    this.metrics.processedBatch(records.length, (performance.now() - context.started) / 1000);
    const settled = () => {
      this.metrics.settled(partition, records, tally);
      report();
    };
    return { ...encoded, offsets, settled };
  }

  private prepare({ topic, partition }: RawBatch, records: readonly RawRecord[]): JudgedBatch {
    const context = { topic, partition, now: Date.now(), started: performance.now() };
    const outcomes = this.judge(records);
    this.enrichment.enrich(loginsOf(outcomes), context);
    this.enrichment.protect(filteredOf(outcomes), context);
    return { outcomes, context };
  }

  /** One outcome per record, in order; the logins among them still lack their enrichment. */
  private judge(records: readonly RawRecord[]): Outcome[] {
    const limit = this.sizeGuard.limit();
    const outcomes = new Array<Outcome>(records.length);
    for (let i = 0; i < records.length; i++) outcomes[i] = this.judgeOne(records[i], limit);
    return outcomes;
  }

  private judgeOne(raw: RawRecord, limit: number): Outcome {
    const content = this.decoder.decode(raw);
    if (content instanceof Rejected) return content;
    const login = this.validator.validate(raw, content);
    if (login instanceof Rejected) return login;
    const tooLarge = this.sizeGuard.check(login, limit);
    if (tooLarge !== null) return tooLarge;
    const reason = this.filter.reason(login);
    return reason === null ? login : new Filtered(login, reason);
  }
}

const loginsOf = (outcomes: readonly Outcome[]): Login[] => outcomes.filter(isLogin);

const filteredOf = (outcomes: readonly Outcome[]): Login[] =>
  outcomes.filter((outcome) => outcome instanceof Filtered).map(({ login }) => login);

const isLogin = (outcome: Outcome): outcome is Login =>
  !(outcome instanceof Rejected) && !(outcome instanceof Filtered);

/** How many records have their outcome already. They come in offset order. */
function countSettled(records: readonly RawRecord[], position: number | null): number {
  if (position === null || Number(records[0].offset) >= position) return 0;
  const first = records.findIndex(({ offset }) => Number(offset) >= position);
  return first < 0 ? records.length : first;
}
