import type { Outcome } from '../pipeline/outcome.js';
import type { Summary } from './summary/summary.js';

declare module '../pipeline/login.js' {
  interface Enrichment {
    /** Processed logins with this `app_version` so far, this one included. */
    total_logins_for_version: number;
    /** Processed logins from this `locale` so far, this one included. */
    total_logins_from_locale: number;
    /** Device type (lower case) with the most processed logins so far; of equals the first in the alphabet. */
    most_common_device_type: string;
    /** The user came from another address within the window of this event. */
    suspicious_login: boolean;
    /** The user came from another locale within the window of this event. */
    logs_from_multiple_locations: boolean;
    /** Another user used the device within the window of this event. */
    shared_device: boolean;
    /** Of the user's session: 16 hex digits. */
    session_id: string;
    /** Sessions of this user so far. */
    session_count: number;
    /** Logins in this session so far, this one included. */
    session_logins: number;
  }
}

/** The fields that a store adds, and the processors' fields that it reads. */
export const ANALYTICS_FIELDS = [
  'total_logins_for_version',
  'total_logins_from_locale',
  'most_common_device_type',
  'suspicious_login',
  'logs_from_multiple_locations',
  'shared_device',
  'session_id',
  'session_count',
  'session_logins',
] as const;
export const ANALYTICS_NEEDS = [
  'device_type_lower',
  'region',
  'ip_country',
  'hour_of_day',
  'day_of_week',
] as const;

/** Which records a call is about: a store that outlives the process recognises a batch that it has applied. */
export interface BatchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
  /** Behind the last record. */
  readonly endOffset: number;
  /** Wall clock of the batch, in milliseconds; only what summaries say of their window depends on it. */
  readonly now: number;
}

/**
 * What the service remembers between logins. A batch is applied once, as a whole and in order; how often its
 * outcomes have to be sent after that does not matter here.
 */
export abstract class StateStore {
  /**
   * Counts the outcomes, writes the analytics fields onto the processed logins, and replaces a login that repeats
   * another one by its *filtered* outcome, in `outcomes` itself.
   *
   * @returns the summaries that are due within this batch, in order; each covers the records before it
   * @throws when the store cannot be reached: nothing was applied, and the batch waits
   */
  abstract apply(position: BatchPosition, outcomes: Outcome[]): Promise<readonly Summary[]>;

  /** The summary of everything applied so far, or null if nothing has changed since the one before. */
  abstract takeSummary(now: number): Promise<Summary | null>;

  /** Summaries go on behind this sequence number, if that is not behind already: it is the last one that was published. */
  abstract resumeSequence(last: number): void;
}
