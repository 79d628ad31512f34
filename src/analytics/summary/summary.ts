import type { Count, UnixSeconds } from '../../pipeline/quantities.js';

/**
 * Counts by key.
 *
 * @integer
 * @minimum 0
 */
export type Counts = Readonly<Record<string, number>>;

/** What has happened since the previous summary. */
export interface SummaryWindow {
  /** Unix seconds of the previous summary; of the first record counted, for the first summary. */
  readonly start: UnixSeconds;
  /** Unix seconds of this summary. */
  readonly end: UnixSeconds;
  /** Messages, whatever became of them. */
  readonly total_received_count: Count;
  /** Messages that were processed. */
  readonly processed_count: Count;
  /** Messages that were filtered. */
  readonly filtered_count: Count;
  /** Messages that were in error. */
  readonly error_count: Count;
  /** Processed records with `suspicious_login`. */
  readonly suspicious_count: Count;
  /** Sessions that were opened. */
  readonly sessions_started: Count;
}

/**
 * The summary record: cumulative figures over everything that has been applied before it, counted over processed
 * records unless the name says otherwise.
 */
export interface Summary {
  /** Never repeats and never goes back, also over a restart. It may leave numbers out. */
  readonly sequence: Count;
  /** Messages, whatever became of them. */
  readonly total_received_count: Count;
  /** Messages that were processed. */
  readonly processed_count: Count;
  /** Messages that were filtered. */
  readonly filtered_count: Count;
  /** Messages that were in error. */
  readonly error_count: Count;
  /** By device type in lower case. */
  readonly device_type_counts: Counts;
  /** By locale, as received. */
  readonly locale_counts: Counts;
  /**
   * By `region`.
   *
   * @keys Region
   */
  readonly region_counts: Counts;
  /** By app version. */
  readonly app_version_counts: Counts;
  /** By `ip_country`; addresses without one are not counted. */
  readonly country_counts: Counts;
  /**
   * By hour of the event in UTC, "0" to "23".
   *
   * @keys ^(1?[0-9]|2[0-3])$
   */
  readonly hourly_activity: Counts;
  /**
   * By day of the event in UTC, Monday to Sunday.
   *
   * @keys DayOfWeek
   */
  readonly daily_activity: Counts;
  /**
   * Errors by `error_type`.
   *
   * @keys ErrorType
   */
  readonly error_type_counts: Counts;
  /**
   * Filtered messages by `clean_type`.
   *
   * @keys FilterReason
   */
  readonly clean_type_counts: Counts;
  /** Null before the first processed record. Of equals the first in the alphabet. */
  readonly most_common_device_type: string | null;
  /**
   * The hours with the most logins, at most 3: by count, then by hour.
   *
   * @integer
   * @minimum 0
   * @maximum 23
   * @maxItems 3
   */
  readonly peak_hours: readonly number[];
  /** Within 1 %; exact below 1,000. */
  readonly unique_users: Count;
  /** Within 1 %; exact below 1,000. */
  readonly unique_devices: Count;
  /** Processed records with `suspicious_login`. */
  readonly suspicious_count: Count;
  /** Devices that were flagged as shared at least once. */
  readonly shared_device_count: Count;
  /** Sessions of all users. */
  readonly sessions: {
    /** Sessions that were ever opened. */
    readonly started: Count;
    /** Users whose last event lies within the session gap of the greatest event time seen. */
    readonly active: Count;
  };
  /** What has happened since the previous summary. */
  readonly window: SummaryWindow;
  /** Unix seconds of this summary. */
  readonly published_at: UnixSeconds;
}
