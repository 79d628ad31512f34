import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge, Histogram } from 'prom-client';
import { PublishingObserver } from '../kafka/publishing-observer.js';
import type { ErrorType, FilterReason } from '../pipeline/outcome.js';
import type { RawRecord } from '../pipeline/raw-record.js';
import type { OutcomeTally } from '../publishing/outcome-tally.js';
import { METRICS } from './metric-definitions.js';
import { StreamTimes } from './stream-times.js';

/** Running totals of this process, for figures that people read. */
export interface Account {
  received: number;
  processed: number;
  filtered: number;
  errors: number;
}

/** The account of what was received and what became of it. Counts are taken when outcomes are committed, not before. */
@Injectable()
export class StreamMetrics extends PublishingObserver {
  readonly account: Account = { received: 0, processed: 0, filtered: 0, errors: 0 };
  /** The errors of the account by type. */
  readonly errorTypes = new Map<ErrorType, number>();
  /** The filtered records of the account by reason. */
  readonly cleanTypes = new Map<FilterReason, number>();
  /** Since the last metrics record. */
  readonly times = new StreamTimes();

  private readonly waiting = new Set<number>();

  constructor(
    @InjectMetric(METRICS.received.name) private readonly received: Counter,
    @InjectMetric(METRICS.records.name) private readonly records: Counter,
    @InjectMetric(METRICS.filtered.name) private readonly filtered: Counter,
    @InjectMetric(METRICS.errors.name) private readonly errors: Counter,
    @InjectMetric(METRICS.imbalance.name) private readonly imbalance: Gauge,
    @InjectMetric(METRICS.batchRecords.name) private readonly batchRecords: Histogram,
    @InjectMetric(METRICS.processing.name) private readonly processing: Histogram,
    @InjectMetric(METRICS.publishing.name) private readonly publishing: Histogram,
    @InjectMetric(METRICS.latency.name) private readonly latency: Histogram,
    @InjectMetric(METRICS.retries.name) private readonly retries: Counter,
    @InjectMetric(METRICS.offsetResets.name) private readonly offsetResets: Counter,
  ) {
    super();
    this.imbalance.set(0);
  }

  /** @param seconds from the batch's arrival in the pipeline until its outcomes were ready */
  processedBatch(records: number, seconds: number): void {
    this.batchRecords.observe(records);
    this.processing.observe(seconds);
    this.times.processed(records, seconds);
  }

  /** @param records of the batch as Kafka delivered them, counted apart from the tally of their outcomes */
  settled(partition: number, records: readonly Pick<RawRecord, 'timestamp'>[], tally: OutcomeTally): void {
    const received = records.length;
    const filtered = addTo(this.cleanTypes, tally.filtered, (reason, count) =>
      this.filtered.inc({ reason }, count),
    );
    const errors = addTo(this.errorTypes, tally.errors, (error_type, count) =>
      this.errors.inc({ error_type }, count),
    );
    this.received.inc({ partition }, received);
    this.records.inc({ partition, outcome: 'processed' }, tally.processed);
    this.records.inc({ partition, outcome: 'filtered' }, filtered);
    this.records.inc({ partition, outcome: 'error' }, errors);
    this.imbalance.inc(received - tally.processed - filtered - errors);
    const longestMs = this.times.settled(records, Date.now());
    if (longestMs !== null) this.latency.observe(longestMs / 1000);
    this.account.received += received;
    this.account.processed += tally.processed;
    this.account.filtered += filtered;
    this.account.errors += errors;
  }

  /** Partitions whose outcomes could not be written at the last attempt. */
  get waitingPartitions(): number {
    return this.waiting.size;
  }

  published(partition: number, seconds: number): void {
    this.waiting.delete(partition);
    this.publishing.observe(seconds);
  }

  retried(partition: number): void {
    this.waiting.add(partition);
    this.retries.inc();
  }

  offsetReset(partition: number): void {
    this.offsetResets.inc({ partition });
  }

  released(partition: number): void {
    this.waiting.delete(partition);
  }
}

/** @returns the sum of what was added */
function addTo<Key>(
  totals: Map<Key, number>,
  counts: ReadonlyMap<Key, number>,
  each: (key: Key, count: number) => void,
): number {
  let sum = 0;
  for (const [key, count] of counts) {
    totals.set(key, (totals.get(key) ?? 0) + count);
    each(key, count);
    sum += count;
  }
  return sum;
}
