import type { StoredPart } from '../tables/stored-part.js';
import { SummaryWriter, windowCounts } from './summary-writer.js';
import type { TableFigures, WindowCounts } from './summary-writer.js';
import type { Summary } from './summary.js';
import { SUMMARY_FIELDS } from './summary-fields.js';
import type { Totals } from './totals.js';

/** Makes summaries, each with the next number and with what has changed since the one before. */
export class Summarizer {
  /** The number of the last one; 0: none yet. */
  sequence = 0;
  /** Unix seconds; null before the first record. */
  private start: number | null = null;
  private before: WindowCounts = {
    total_received_count: 0,
    processed_count: 0,
    filtered_count: 0,
    error_count: 0,
    suspicious_count: 0,
    sessions_started: 0,
  };
  private readonly writer: SummaryWriter;

  /** @param fields that are worked out, beside the number; the others are not in the summary */
  constructor(fields: ReadonlySet<string> = SUMMARY_FIELDS) {
    this.writer = new SummaryWriter(fields);
  }

  /** Goes on behind a number that is known to be published. */
  resume(last: number): void {
    this.sequence = Math.max(this.sequence, last);
  }

  /** Tells when records are applied: the first window begins with the first. */
  begin(now: number): void {
    this.start ??= seconds(now);
  }

  /** Whether anything was counted since the summary before. */
  hasChanged({ received }: Totals): boolean {
    return received !== this.before.total_received_count;
  }

  facts(): object {
    return { sequence: this.sequence, start: this.start, before: this.before };
  }

  /** Goes on where the one of an image was. */
  restore(stored: StoredPart): void {
    this.sequence = stored.whole('sequence');
    this.start = stored.optionalWhole('start');
    const before = stored.part('before');
    this.before = {
      total_received_count: before.whole('total_received_count'),
      processed_count: before.whole('processed_count'),
      filtered_count: before.whole('filtered_count'),
      error_count: before.whole('error_count'),
      suspicious_count: before.whole('suspicious_count'),
      sessions_started: before.whole('sessions_started'),
    };
  }

  /** @param isRepeated nobody reads it: only its number and its window are taken note of */
  next(totals: Totals, tables: TableFigures, now: number, isRepeated = false): Summary {
    const counts = windowCounts(totals, tables.sessionsStarted);
    const end = seconds(now);
    const span = { start: this.start ?? end, end, before: this.before };
    this.start = end;
    this.before = counts;
    this.sequence++;
    if (isRepeated) return { sequence: this.sequence } as Summary;
    return this.writer.write(this.sequence, totals, tables, span);
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
