import { Injectable } from '@nestjs/common';
import { StateStore } from '../analytics/state-store.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import { FilterStage } from '../filtering/filter.stage.js';
import { Decoder } from '../ingest/decoder.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { OutcomeEncoder } from '../publishing/outcome-encoder.js';
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
    private readonly encoder: OutcomeEncoder,
    private readonly client: BatchKafkaClient,
    private readonly metrics: StreamMetrics,
  ) {}

  /** Resolves when every record of the batch has its outcome and the offset behind them is committed. */
  async run(batch: RawBatch, lease: BatchLease): Promise<void> {
    const { topic, partition } = batch;
    const records = unsettled(batch.records, await this.client.claim(partition, lease));
    if (records.length === 0) return;
    const start = performance.now();
    const firstOffset = Number(records[0].offset);
    const context = { topic, partition, now: Date.now() };
    const outcomes = this.judge(records);
    const processed = outcomes.filter(isLogin);
    const filtered = outcomes.filter((outcome) => outcome instanceof Filtered);
    this.enrichment.enrich(processed, context);
    this.enrichment.protect(
      filtered.map(({ login }) => login),
      context,
    );
    await this.state.apply({ topic, partition, firstOffset, endOffset: lease.endOffset }, processed);
    const { topics, tally } = this.encoder.encode(outcomes, context);
    this.metrics.processedBatch(records.length, (performance.now() - start) / 1000);
    const settled = () => this.metrics.settled(partition, records.length, tally, oldest(records));
    await this.client.publishOutcomes(
      partition,
      { topics, firstOffset, endOffset: lease.endOffset, settled },
      lease,
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

/** Arrival of the oldest record, in milliseconds: with the producers' clocks it need not be the first. */
function oldest(records: readonly RawRecord[]): number {
  return records.reduce((least, { timestamp }) => Math.min(least, Number(timestamp)), Infinity);
}
