import type { Count, UnixSeconds } from '../pipeline/quantities.js';

/**
 * A length of time in milliseconds.
 *
 * @minimum 0
 */
type Milliseconds = number;

/**
 * Seconds, with milliseconds.
 *
 * @minimum 0
 */
type FractionalSeconds = number;

/**
 * How many in a second.
 *
 * @minimum 0
 */
type PerSecond = number;

/**
 * Hundredths.
 *
 * @minimum 0
 */
type Percent = number;

/** How a time was distributed over the messages of the window; at most 0.2 % above the true value, and never below. */
export interface TimePercentiles {
  /** Half of the messages took no longer than this many milliseconds. */
  readonly p50: Milliseconds;
  /** 95 % of the messages took no longer than this many milliseconds. */
  readonly p95: Milliseconds;
  /** 99 % of the messages took no longer than this many milliseconds. */
  readonly p99: Milliseconds;
  /** Milliseconds of the slowest message. */
  readonly max: Milliseconds;
}

/** What the process takes of the machine's memory. */
export interface MemoryUsage {
  /** Resident set of the whole process. */
  readonly rss_bytes: Count;
  /** Memory of the heap in use. */
  readonly heap_used_bytes: Count;
  /** Memory of the heap. */
  readonly heap_total_bytes: Count;
  /** Memory outside the heap that objects hold, array buffers included. */
  readonly external_bytes: Count;
  /** Of `external_bytes`, what array buffers hold. */
  readonly array_buffers_bytes: Count;
}

/** What the instance has done since its previous metrics record. Counts are of messages whose outcome was committed. */
export interface MetricsWindow {
  /** Seconds since 1970, with milliseconds. Of the first record: when the instance had joined its group. */
  readonly start: FractionalSeconds;
  /** Seconds since 1970, with milliseconds. */
  readonly end: FractionalSeconds;
  /** Messages, whatever became of them. */
  readonly total_received_count: Count;
  /** Messages that were processed. */
  readonly processed_count: Count;
  /** Messages that were filtered. */
  readonly filtered_count: Count;
  /** Messages that were in error. */
  readonly error_count: Count;
  /**
   * By `error_type`; types that did not occur are left out.
   *
   * @integer
   * @minimum 0
   * @keys ErrorType
   */
  readonly error_type_counts: Readonly<Record<string, number>>;
}

/**
 * The metrics record: one instance about itself, every `METRICS_EVERY_SECONDS` and when it stops in order. Rates, times,
 * CPU and event loop are those of the window; counts outside `window` go back to the start of the process. A record that
 * could not be written is missing, and its window with it; the counts since the start stay right.
 */
export interface MetricsRecord {
  /** Host name, process id and start of the process, joined by hyphens: another one after each start. Also the record's key. */
  readonly instance_id: string;
  /** Consumer group. */
  readonly group_id: string;
  /** Of the service. */
  readonly version: string;
  /** Profile in force. */
  readonly profile: string;
  /** When the record was written. */
  readonly timestamp: UnixSeconds;
  /** Since the process started. */
  readonly uptime_seconds: FractionalSeconds;
  /** True for the last record of an instance that stops in order. */
  readonly stopping: boolean;
  /** Messages whose outcome was committed, per second. */
  readonly messages_per_second: PerSecond;
  /** Processed messages, per second. */
  readonly processed_per_second: PerSecond;
  /** Filtered messages, per second. */
  readonly filtered_per_second: PerSecond;
  /** Messages in error, per second. */
  readonly errors_per_second: PerSecond;
  /** Messages, whatever became of them. */
  readonly total_received_count: Count;
  /** Messages that were processed. */
  readonly processed_count: Count;
  /** Messages that were filtered. */
  readonly filtered_count: Count;
  /** Messages that were in error. */
  readonly error_count: Count;
  /**
   * By `error_type`; types that did not occur are left out.
   *
   * @integer
   * @minimum 0
   * @keys ErrorType
   */
  readonly error_type_counts: Readonly<Record<string, number>>;
  /**
   * By `clean_type`; types that did not occur are left out.
   *
   * @integer
   * @minimum 0
   * @keys FilterReason
   */
  readonly clean_type_counts: Readonly<Record<string, number>>;
  /**
   * How long messages were in the pipeline: from the arrival of a message's batch there until the outcomes of the whole batch
   * were ready to send. Null: no message came through in the window.
   */
  readonly processing_time_ms: TimePercentiles | null;
  /**
   * What one message costs, in microseconds: the batches' time in the pipeline, divided by their messages. Null: no message
   * came through in the window.
   *
   * @minimum 0
   */
  readonly processing_time_per_message_us: number | null;
  /**
   * From each message's arrival in Kafka, which is its record timestamp, until its outcome was committed; 0 where a producer's
   * clock is ahead of ours. Null: no outcome was committed in the window.
   */
  readonly end_to_end_latency_ms: TimePercentiles | null;
  /** Messages not settled yet in the partitions of this instance, as of the last fetch of each. */
  readonly lag: Count;
  /** The greatest lag of one partition. */
  readonly max_partition_lag: Count;
  /** Input partitions that this instance owns. */
  readonly partitions: Count;
  /** CPU time of all threads as a share of one core: 150 is one core and a half. */
  readonly cpu_percent: Percent;
  /** What the process takes of the machine's memory. */
  readonly memory: MemoryUsage;
  /** Share of the time in which the event loop was busy. Near 100, the instance does what it can. */
  readonly event_loop_utilization_percent: Percent;
  /** By how many milliseconds timers fired late, 99th percentile. */
  readonly event_loop_delay_p99_ms: Milliseconds;
  /** What the instance has done since its previous metrics record. */
  readonly window: MetricsWindow;
}
