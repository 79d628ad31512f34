import type { Counts, Summary, SummaryWindow } from '../summary/summary.js';
import { estimateDistinct } from '../tables/estimate-distinct.js';
import type { TableReply, UniqueReply, WindowStart } from './replies.js';
import type { RunningCounts } from './running-counts.js';
import type { RunningTotals } from './running-totals.js';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const PEAKS = 3;

/** What a summary is made of. */
export interface SharedSummaryFacts {
  readonly totals: RunningTotals;
  readonly tables: TableReply;
  readonly sequence: number;
  /** Unix seconds. */
  readonly now: number;
}

/** Each field on its own: a summary that has few of them costs no more than these. */
const VALUES: { readonly [Field in keyof Summary]: (facts: SharedSummaryFacts) => Summary[Field] } = {
  sequence: ({ sequence }) => sequence,
  total_received_count: ({ totals }) => totals.received,
  processed_count: ({ totals }) => totals.processed,
  filtered_count: ({ totals }) => totals.filtered,
  error_count: ({ totals }) => totals.errors,
  device_type_counts: ({ totals }) => recordOf(totals.types),
  locale_counts: ({ totals }) => recordOf(totals.locales),
  region_counts: ({ totals }) => recordOf(totals.regions),
  app_version_counts: ({ totals }) => recordOf(totals.versions),
  country_counts: ({ totals }) => recordOf(totals.countries),
  hourly_activity: ({ totals }) =>
    Object.fromEntries(hoursOfDay(totals.hours).map((count, hour) => [hour, count])),
  daily_activity: ({ totals }) =>
    Object.fromEntries(DAYS.map((day, index) => [day, sumOfDay(totals.hours, index)])),
  error_type_counts: ({ totals }) => totals.byKind('error'),
  clean_type_counts: ({ totals }) => totals.byKind('filtered'),
  most_common_device_type: ({ totals }) => totals.mostCommonType,
  peak_hours: ({ totals }) => peaksOf(hoursOfDay(totals.hours)),
  unique_users: ({ tables }) => distinct(tables.uniqueUsers),
  unique_devices: ({ tables }) => distinct(tables.uniqueDevices),
  suspicious_count: ({ totals }) => totals.suspicious,
  shared_device_count: ({ tables }) => tables.sharedDevices,
  sessions: ({ tables }) => ({ started: tables.sessionsStarted, active: tables.activeSessions }),
  window: windowOf,
  published_at: ({ now }) => now,
};

/** Where the window of the summary behind this one begins. */
export function windowAfter({ totals, tables, now }: SharedSummaryFacts): WindowStart {
  const { received, processed, filtered, errors, suspicious } = totals;
  return { start: now, received, processed, filtered, errors, suspicious, started: tables.sessionsStarted };
}

/** @param fields that are worked out, beside the number */
export function summaryOf(facts: SharedSummaryFacts, fields: ReadonlySet<string>): Summary {
  const summary: Record<string, unknown> = { sequence: facts.sequence };
  for (const [field, value] of Object.entries(VALUES)) if (fields.has(field)) summary[field] = value(facts);
  return summary as unknown as Summary;
}

function windowOf({ totals, tables, now }: SharedSummaryFacts): SummaryWindow {
  const { window } = totals;
  return {
    start: window.start,
    end: now,
    total_received_count: totals.received - window.received,
    processed_count: totals.processed - window.processed,
    filtered_count: totals.filtered - window.filtered,
    error_count: totals.errors - window.errors,
    suspicious_count: totals.suspicious - window.suspicious,
    sessions_started: tables.sessionsStarted - window.started,
  };
}

/** Keys come from outside: one of `__proto__` has to be a property like others. */
const recordOf = (counts: RunningCounts): Counts =>
  Object.fromEntries([...counts.toMap()].filter(([, count]) => count > 0));

const hoursOfDay = (hours: Float64Array): number[] =>
  Array.from({ length: 24 }, (_, hour) => {
    let sum = 0;
    for (let at = hour; at < hours.length; at += 24) sum += hours[at];
    return sum;
  });

const sumOfDay = (hours: Float64Array, day: number): number =>
  hours.subarray(24 * day, 24 * (day + 1)).reduce((sum, count) => sum + count, 0);

/** The hours with the most logins, at most 3, none without any: by count, then by hour. */
const peaksOf = (hours: readonly number[]): number[] =>
  [...hours.keys()]
    .filter((hour) => hours[hour] > 0)
    .sort((a, b) => hours[b] - hours[a] || a - b)
    .slice(0, PEAKS);

const distinct = ({ exact, histogram }: UniqueReply): number =>
  histogram === null ? exact : Math.max(exact, Math.round(estimateDistinct(histogram)));
