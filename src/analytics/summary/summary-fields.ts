import type { Summary } from './summary.js';

/** A record, so that the compiler notices when `Summary` gets another field. */
const FIELDS: Readonly<Record<keyof Summary, true>> = {
  sequence: true,
  total_received_count: true,
  processed_count: true,
  filtered_count: true,
  error_count: true,
  device_type_counts: true,
  locale_counts: true,
  region_counts: true,
  app_version_counts: true,
  country_counts: true,
  hourly_activity: true,
  daily_activity: true,
  error_type_counts: true,
  clean_type_counts: true,
  most_common_device_type: true,
  peak_hours: true,
  unique_users: true,
  unique_devices: true,
  suspicious_count: true,
  shared_device_count: true,
  sessions: true,
  window: true,
  published_at: true,
};

/** Every field of a summary, in the order of the full record. */
export const SUMMARY_FIELDS: ReadonlySet<string> = new Set(Object.keys(FIELDS));
