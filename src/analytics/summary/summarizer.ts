import type { StoredPart } from '../tables/stored-part.js';
import type { Summary, SummaryWindow } from './summary.js';
import { SUMMARY_FIELDS } from './summary-fields.js';
import type { Totals } from './totals.js';

/** What a summary says of the tables. */
export interface TableFigures {
  readonly uniqueUsers: number;
  readonly uniqueDevices: number;
  readonly sharedDevices: number;
  readonly sessionsStarted: number;
  readonly activeSessions: number;
}

type WindowCounts = Omit<SummaryWindow, 'start' | 'end'>;

/** What a summary is made of. */
interface Facts {
  readonly counts: WindowCounts;
  readonly window: SummaryWindow;
  readonly totals: Totals;
  readonly tables: TableFigures;
}

/** Each field on its own: a summary that has few of them costs no more than these. */
const VALUES: { readonly [Field in keyof Summary]: ((facts: Facts) => Summary[Field]) | null } = {
  sequence: null, // always there
  total_received_count: ({ counts }) => counts.total_received_count,
  processed_count: ({ counts }) => counts.processed_count,
  filtered_count: ({ counts }) => counts.filtered_count,
  error_count: ({ counts }) => counts.error_count,
  device_type_counts: ({ totals }) => totals.deviceTypes.toRecord(),
  locale_counts: ({ totals }) => totals.locales.toRecord(),
  region_counts: ({ totals }) => totals.regions.toRecord(),
  app_version_counts: ({ totals }) => totals.versions.toRecord(),
  country_counts: ({ totals }) => totals.countries.toRecord(),
  hourly_activity: ({ totals }) => totals.activity.hourly,
  daily_activity: ({ totals }) => totals.activity.daily,
  error_type_counts: ({ totals }) => Object.fromEntries(totals.errorsByType),
  clean_type_counts: ({ totals }) => Object.fromEntries(totals.filteredByReason),
  most_common_device_type: ({ totals }) => totals.mostCommonDeviceType.key,
  peak_hours: ({ totals }) => totals.activity.peakHours,
  unique_users: ({ tables }) => tables.uniqueUsers,
  unique_devices: ({ tables }) => tables.uniqueDevices,
  suspicious_count: ({ counts }) => counts.suspicious_count,
  shared_device_count: ({ tables }) => tables.sharedDevices,
  sessions: ({ tables }) => ({ started: tables.sessionsStarted, active: tables.activeSessions }),
  window: ({ window }) => window,
  published_at: ({ window }) => window.end,
};

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
  private readonly fields: readonly (readonly [string, (facts: Facts) => unknown])[];

  /** @param fields that are worked out, beside the number; the others are not in the summary */
  constructor(fields: ReadonlySet<string> = SUMMARY_FIELDS) {
    this.fields = Object.entries(VALUES).flatMap(([field, value]) =>
      value === null || !fields.has(field) ? [] : [[field, value] as const],
    );
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
    const { processed, filtered, errors, suspicious } = totals;
    const counts: WindowCounts = {
      total_received_count: processed + filtered + errors,
      processed_count: processed,
      filtered_count: filtered,
      error_count: errors,
      suspicious_count: suspicious,
      sessions_started: tables.sessionsStarted,
    };
    const end = seconds(now);
    const window = { start: this.start ?? end, end, ...difference(counts, this.before) };
    const facts = { counts, window, totals, tables };
    this.start = end;
    this.before = counts;
    const summary: Record<string, unknown> = { sequence: ++this.sequence };
    if (!isRepeated) for (const [field, value] of this.fields) summary[field] = value(facts);
    return summary as unknown as Summary;
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

function difference(now: WindowCounts, before: WindowCounts): WindowCounts {
  return {
    total_received_count: now.total_received_count - before.total_received_count,
    processed_count: now.processed_count - before.processed_count,
    filtered_count: now.filtered_count - before.filtered_count,
    error_count: now.error_count - before.error_count,
    suspicious_count: now.suspicious_count - before.suspicious_count,
    sessions_started: now.sessions_started - before.sessions_started,
  };
}
