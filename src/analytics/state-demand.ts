import type { StateHandle } from '../enrichment/state-handles.js';
import { STATE_FIELDS } from './analytics-fields.js';
import type { StateField } from './analytics-fields.js';
import type { Summary } from './summary/summary.js';
import { SUMMARY_FIELDS } from './summary/summary-fields.js';

/** What a store has to keep and to say; it does nothing else. */
export interface StateDemand {
  /** Analytics fields to be written onto logins. */
  readonly fields: ReadonlySet<StateField>;
  /** Fields of a summary to be worked out. */
  readonly summary: ReadonlySet<keyof Summary>;
  /** What late processors read. */
  readonly handles: readonly StateHandle[];
  /** Which parts that takes. */
  readonly parts: ReadonlySet<StatePart>;
}

/** Parts of a store that can be left out. */
export type StatePart =
  | 'users'
  | 'devices'
  | 'uniqueUsers'
  | 'uniqueDevices'
  | 'versions'
  | 'locales'
  | 'deviceTypes'
  | 'regions'
  | 'countries'
  | 'activity';

/** Which fields, of logins and of summaries, come from which part. What is in no list costs nothing. */
const FIELDS_OF: Readonly<Record<StatePart, readonly (StateField | keyof Summary)[]>> = {
  users: [
    ...(['suspicious_login', 'logs_from_multiple_locations', 'ips_in_window'] as const),
    ...(['session_id', 'session_count', 'session_logins'] as const),
    ...(['suspicious_count', 'sessions', 'window'] as const),
  ],
  devices: ['shared_device', 'users_in_window', 'shared_device_count'],
  uniqueUsers: ['unique_users'],
  uniqueDevices: ['unique_devices'],
  versions: ['total_logins_for_version', 'app_version_counts'],
  locales: ['total_logins_from_locale', 'locale_counts'],
  deviceTypes: ['most_common_device_type', 'device_type_counts'],
  regions: ['region_counts'],
  countries: ['country_counts'],
  activity: ['hourly_activity', 'daily_activity', 'peak_hours'],
};

/** The processor's field that a part reads. */
const READ_BY: Readonly<Partial<Record<StatePart, string>>> = {
  deviceTypes: 'device_type_lower',
  regions: 'region',
  countries: 'ip_country',
};

export function demandOf(
  fields: readonly string[],
  summaryFields: readonly string[],
  handles: readonly StateHandle[] = [],
): StateDemand {
  const wanted = new Set([...fields, ...summaryFields]);
  const parts = new Set<StatePart>();
  for (const [part, its] of Object.entries(FIELDS_OF) as [StatePart, readonly string[]][])
    if (its.some((field) => wanted.has(field))) parts.add(part);
  for (const { spec } of handles) parts.add(spec.per === 'user_id' ? 'users' : 'devices');
  return {
    fields: new Set(STATE_FIELDS.filter((field) => fields.includes(field))),
    summary: new Set(summaryFields.filter((field) => SUMMARY_FIELDS.has(field)) as (keyof Summary)[]),
    handles,
    parts,
  };
}

/** Everything that a store can do without handles. */
export const FULL_DEMAND: StateDemand = demandOf(STATE_FIELDS, [...SUMMARY_FIELDS]);

export const processorFieldsFor = ({ parts }: StateDemand): string[] =>
  [...parts].flatMap((part) => READ_BY[part] ?? []);
