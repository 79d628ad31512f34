import type { Activity } from './activity.js';
import type { Counts, Summary, SummaryWindow } from './summary.js';

/** What a summary says of the tables. */
export interface TableFigures {
  readonly uniqueUsers: number;
  readonly uniqueDevices: number;
  readonly sharedDevices: number;
  readonly sessionsStarted: number;
  readonly activeSessions: number;
}

/** What a window tells, and the totals that it is the difference of. */
export type WindowCounts = Omit<SummaryWindow, 'start' | 'end'>;

interface ByValue {
  toRecord(): Counts;
}

/** What a summary says of all that was counted. */
export interface SummaryTotals {
  readonly processed: number;
  readonly filtered: number;
  readonly errors: number;
  readonly suspicious: number;
  readonly versions: ByValue;
  readonly locales: ByValue;
  readonly deviceTypes: ByValue;
  readonly regions: ByValue;
  readonly countries: ByValue;
  readonly activity: Pick<Activity, 'hourly' | 'daily' | 'peakHours'>;
  readonly errorsByType: Iterable<readonly [string, number]>;
  readonly filteredByReason: Iterable<readonly [string, number]>;
  readonly mostCommonDeviceType: { readonly key: string | null };
}

/** What a summary is made of. */
interface Facts {
  readonly counts: WindowCounts;
  readonly window: SummaryWindow;
  readonly totals: SummaryTotals;
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

/** Works out those fields of a summary that somebody wants. */
export class SummaryWriter {
  private readonly fields: readonly (readonly [string, (facts: Facts) => unknown])[];

  constructor(fields: ReadonlySet<string>) {
    this.fields = Object.entries(VALUES).flatMap(([field, value]) =>
      value === null || !fields.has(field) ? [] : [[field, value] as const],
    );
  }

  /**
   * @param start of the window, like its end in Unix seconds
   * @param before what there was when it began
   */
  write(
    sequence: number,
    totals: SummaryTotals,
    tables: TableFigures,
    { start, end, before }: { readonly start: number; readonly end: number; readonly before: WindowCounts },
  ): Summary {
    const counts = windowCounts(totals, tables.sessionsStarted);
    const facts = { counts, window: { start, end, ...difference(counts, before) }, totals, tables };
    const summary: Record<string, unknown> = { sequence };
    for (const [field, value] of this.fields) summary[field] = value(facts);
    return summary as unknown as Summary;
  }
}

export function windowCounts(
  { processed, filtered, errors, suspicious }: SummaryTotals,
  sessionsStarted: number,
): WindowCounts {
  return {
    total_received_count: processed + filtered + errors,
    processed_count: processed,
    filtered_count: filtered,
    error_count: errors,
    suspicious_count: suspicious,
    sessions_started: sessionsStarted,
  };
}

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
