import type { Summary, SummaryWindow } from './summary.js';
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

/** Makes summaries, each with the next number and with what has changed since the one before. */
export class Summarizer {
  private sequence = 0;
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

  next(totals: Totals, tables: TableFigures, now: number): Summary {
    const counts: WindowCounts = {
      total_received_count: totals.received,
      processed_count: totals.processed,
      filtered_count: totals.filtered,
      error_count: totals.errors,
      suspicious_count: totals.suspicious,
      sessions_started: tables.sessionsStarted,
    };
    const published_at = seconds(now);
    const window = {
      start: this.start ?? published_at,
      end: published_at,
      ...difference(counts, this.before),
    };
    this.start = published_at;
    this.before = counts;
    return {
      sequence: ++this.sequence,
      total_received_count: counts.total_received_count,
      processed_count: counts.processed_count,
      filtered_count: counts.filtered_count,
      error_count: counts.error_count,
      device_type_counts: totals.deviceTypes.toRecord(),
      locale_counts: totals.locales.toRecord(),
      region_counts: totals.regions.toRecord(),
      app_version_counts: totals.versions.toRecord(),
      country_counts: totals.countries.toRecord(),
      hourly_activity: totals.activity.hourly,
      daily_activity: totals.activity.daily,
      error_type_counts: Object.fromEntries(totals.errorsByType),
      clean_type_counts: Object.fromEntries(totals.filteredByReason),
      most_common_device_type: totals.mostCommonDeviceType.key,
      peak_hours: totals.activity.peakHours,
      unique_users: tables.uniqueUsers,
      unique_devices: tables.uniqueDevices,
      suspicious_count: counts.suspicious_count,
      shared_device_count: tables.sharedDevices,
      sessions: { started: tables.sessionsStarted, active: tables.activeSessions },
      window,
      published_at,
    };
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
