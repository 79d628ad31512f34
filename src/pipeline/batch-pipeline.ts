import { Injectable } from '@nestjs/common';
import { StateStore } from '../analytics/state-store.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import type { BatchContext } from '../enrichment/processor.js';
import { FilterStage } from '../filtering/filter.stage.js';
import { Decoder } from '../ingest/decoder.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { OutcomePublisher } from '../publishing/outcome-publisher.js';
import { SizeGuard } from '../publishing/size-guard.js';
import { Validator } from '../validation/validator.js';
import type { BatchLease } from './batch-lease.js';
import type { Login } from './login.js';
import { Filtered, Rejected } from './outcome.js';
import type { Outcome } from './outcome.js';
import type { RawBatch, RawRecord } from './raw-record.js';

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
    const ticket = await this.publisher.begin(lease);
    const applied = await this.apply(batch, lease).catch((error: unknown) => {
      ticket.settle(); // nothing was applied, or the process ends
      throw error;
    });
    if (applied === null) ticket.settle();
    else await this.publisher.publish(batch.partition, { ...applied, ticket }, lease);
  }

  /** @returns what is to be written; null when every record has its outcome already */
  private async apply({ topic, partition, records: all }: RawBatch, lease: BatchLease) {
    const records = unsettled(all, await this.publisher.claim(partition, lease));
    if (records.length === 0) return null;
    const started = performance.now();
    const context = { topic, partition, now: Date.now(), started };
    const offsets = { first: Number(records[0].offset), end: lease.endOffset };
    const outcomes = this.judge(records);
    this.enrich(outcomes, context);
    this.state.resumeSequence(this.publisher.lastSummary);
    const summaries = await this.state.apply({ ...context, offsets }, outcomes);
    const { tally, report, ...encoded } = this.publisher.encode(outcomes, summaries, context);
    this.metrics.processedBatch(records.length, (performance.now() - started) / 1000);
    const settled = () => {
      this.metrics.settled(partition, records, tally);
      report();
    };
    return { ...encoded, offsets, settled };
  }

  private enrich(outcomes: readonly Outcome[], context: BatchContext): void {
    this.enrichment.enrich(outcomes.filter(isLogin), context);
    const filtered = outcomes.filter((outcome) => outcome instanceof Filtered);
    this.enrichment.protect(
      filtered.map(({ login }) => login),
      context,
    );
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

const isLogin = (outcome: Outcome): outcome is Login =>
  !(outcome instanceof Rejected) && !(outcome instanceof Filtered);

/** Records that have no outcome yet. They come in offset order. */
function unsettled(records: readonly RawRecord[], position: number | null): readonly RawRecord[] {
  if (position === null || Number(records[0].offset) >= position) return records;
  return records.filter(({ offset }) => Number(offset) >= position);
}
