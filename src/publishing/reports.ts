import { Inject, Injectable, Logger } from '@nestjs/common';
import { CadenceSettings } from '../config/cadence.settings.js';
import { ProcessUsage } from '../metrics/process-usage.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import type { OutcomeTally } from './outcome-tally.js';
import type { EncodedSummaries } from './summary-encoder.js';

/** A batch whose outcomes are committed. */
export interface SettledBatch {
  readonly tally: OutcomeTally;
  readonly summaries: EncodedSummaries | null;
  /** Mean of its records, in ms. */
  readonly processingTime: number;
  /** How many records it had. */
  readonly records: number;
}

/** What the log says of committed batches: summaries, and how this instance performs. */
@Injectable()
export class Reports {
  private readonly logger = new Logger('Report');
  private readonly every: number;
  private readonly logsSummaries: boolean;
  private readonly usage = new ProcessUsage();
  /** Of this instance since its start. */
  private processed = 0;
  private errors = 0;
  /** Since the last report, or since work on the first batch began. */
  private since: number | null = null;
  private received = 0;
  private busyMs = 0;

  constructor(
    @Inject(PROFILE) { summaries }: Pick<Profile, 'summaries'>,
    { reportEveryMessages }: CadenceSettings,
  ) {
    this.every = reportEveryMessages;
    this.logsSummaries = summaries?.log ?? false;
  }

  /** To be called when work on a batch begins: the first report is about the time since the first batch. */
  begin(): void {
    if (this.every === 0 || this.since !== null) return;
    this.since = performance.now();
    this.usage.take(1);
  }

  settled(batch: SettledBatch): void {
    if (this.logsSummaries) this.logSummaries(batch.summaries);
    if (this.every > 0) this.logPerformance(batch);
  }

  logSummaries(summaries: EncodedSummaries | null): void {
    if (!this.logsSummaries) return;
    for (const { value } of summaries?.records.records ?? []) this.logger.log(`Summary ${String(value)}`);
  }

  private logPerformance({ tally, processingTime, records }: SettledBatch): void {
    this.received += records;
    this.busyMs += processingTime * records;
    for (const count of tally.errors.values()) this.errors += count;
    const before = this.processed;
    this.processed += tally.processed;
    const first = (Math.floor(before / this.every) + 1) * this.every;
    if (first > this.processed) return;
    const performed = this.performance();
    // Figures of one moment, said once for each multiple: whoever counts lines counts records.
    for (let count = first; count <= this.processed; count += this.every)
      this.logger.log(`Processed ${count} messages: ${performed}, errors ${this.errors}`);
  }

  private performance(): string {
    const now = performance.now();
    const elapsedMs = Math.max(1, now - (this.since ?? now));
    const { cpu_percent, memory } = this.usage.take(elapsedMs);
    const throughput = (this.received / elapsedMs) * 1_000;
    const latencyMs = this.received === 0 ? 0 : this.busyMs / this.received;
    this.since = now;
    this.received = 0;
    this.busyMs = 0;
    return (
      `throughput ${throughput.toFixed(1)} messages/s, average latency ${latencyMs.toFixed(4)} ms, ` +
      `CPU ${cpu_percent.toFixed(1)} %, memory ${(memory.rss_bytes / 2 ** 20).toFixed(0)} MiB`
    );
  }
}
