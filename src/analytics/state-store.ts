import type { Outcome } from '../pipeline/outcome.js';
import type { Summary } from './summary/summary.js';
import type { Count } from '../pipeline/quantities.js';

declare module '../pipeline/login.js' {
  interface Enrichment {
    /** Processed logins with this `app_version` so far, this one included. */
    total_logins_for_version: Count;
    /** Processed logins from this `locale` so far, this one included. */
    total_logins_from_locale: Count;
    /** Device type (lower case) with the most processed logins so far; of equals the first in the alphabet. */
    most_common_device_type: string;
    /** The user came from another address within the window of this event. */
    suspicious_login: boolean;
    /** The user came from another locale within the window of this event. */
    logs_from_multiple_locations: boolean;
    /** Another user used the device within the window of this event. */
    shared_device: boolean;
    /**
     * Of the user's session: 16 hex digits.
     *
     * @pattern ^[0-9a-f]{16}$
     */
    session_id: string;
    /** Sessions of this user so far. */
    session_count: Count;
    /** Logins in this session so far, this one included. */
    session_logins: Count;
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
export const ANALYTICS_NEEDS = ['device_type_lower', 'region', 'ip_country'] as const;

/** Which records a call is about: a store that outlives the process recognises a batch that it has applied. */
export interface BatchPosition {
  readonly topic: string;
  readonly partition: number;
  /** From `first` up to, not including, `end`. */
  readonly offsets: { readonly first: number; readonly end: number };
  /** Wall clock of the batch, in milliseconds; only what summaries say of their window depends on it. */
  readonly now: number;
}

/** A summary by the count of processed records, and the input offset of the record that made it due. */
export interface DueSummary {
  readonly summary: Summary;
  readonly offset: number;
}

/** How full the state is, for metrics. */
export interface StateFigures {
  readonly rows: Readonly<Record<'users' | 'devices' | 'duplicates', number>>;
  /** Rows that had to go because their table was full. */
  readonly evictions: Readonly<Record<'users' | 'devices', number>>;
  /** How often a key found no room in a count by value and was counted as `other`. */
  readonly overflow: Readonly<Record<'app_version' | 'locale' | 'device_type' | 'remembered_locale', number>>;
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
  abstract apply(position: BatchPosition, outcomes: Outcome[]): Promise<readonly DueSummary[]>;

  /** The summary of everything applied so far, or null if nothing has changed since the one before. */
  abstract takeSummary(now: number): Promise<Summary | null>;

  /** Summaries go on behind this sequence number, if that is not behind already: it is the last one that was published. */
  abstract resumeSequence(last: number): void;

  abstract get figures(): StateFigures;
}
