/** Counts by key. */
export type Counts = Readonly<Record<string, number>>;

/** What has happened since the previous summary. */
export interface SummaryWindow {
  /** Unix seconds of the previous summary; of the first record counted, for the first summary. */
  readonly start: number;
  /** Unix seconds. */
  readonly end: number;
  readonly total_received_count: number;
  readonly processed_count: number;
  readonly filtered_count: number;
  readonly error_count: number;
  readonly suspicious_count: number;
  readonly sessions_started: number;
}

/**
 * The summary record: cumulative figures over everything that has been applied before it, counted over processed
 * records unless the name says otherwise.
 */
export interface Summary {
  /** Never repeats and never goes back, also over a restart. It may leave numbers out. */
  readonly sequence: number;
  readonly total_received_count: number;
  readonly processed_count: number;
  readonly filtered_count: number;
  readonly error_count: number;
  /** By device type in lower case. */
  readonly device_type_counts: Counts;
  readonly locale_counts: Counts;
  readonly region_counts: Counts;
  readonly app_version_counts: Counts;
  /** By `ip_country`; addresses without one are not counted. */
  readonly country_counts: Counts;
  /** By hour of the event in UTC, "0" to "23". */
  readonly hourly_activity: Counts;
  /** By day of the event in UTC, Monday to Sunday. */
  readonly daily_activity: Counts;
  readonly error_type_counts: Counts;
  readonly clean_type_counts: Counts;
  /** Null before the first processed record. Of equals the first in the alphabet. */
  readonly most_common_device_type: string | null;
  /** The hours with the most logins, at most 3: by count, then by hour. */
  readonly peak_hours: readonly number[];
  /** Within 1 %; exact below 1,000. */
  readonly unique_users: number;
  /** Within 1 %; exact below 1,000. */
  readonly unique_devices: number;
  /** Processed records with `suspicious_login`. */
  readonly suspicious_count: number;
  /** Devices that were flagged as shared at least once. */
  readonly shared_device_count: number;
  readonly sessions: {
    readonly started: number;
    /** Users whose last event lies within the session gap of the greatest event time seen. */
    readonly active: number;
  };
  readonly window: SummaryWindow;
  /** Unix seconds. */
  readonly published_at: number;
}
