import type { LateRunner } from '../enrichment/processor-runner.js';
import type { Outcome } from '../pipeline/outcome.js';
import type { Summary } from './summary/summary.js';

export { ANALYTICS_FIELDS } from './analytics-fields.js';

/** Which records a call is about: a store that outlives the process recognises a batch that it has applied. */
export interface BatchPosition {
  readonly topic: string;
  readonly partition: number;
  /** From `first` up to, not including, `end`. */
  readonly offsets: { readonly first: number; readonly end: number };
  /** Offset from which on the partition's records had no outcome yet, as the claim found it; null when none had one. */
  readonly claimed: number | null;
  /** Its outcomes are written already: nobody reads the summaries that are due, and they have no fields. */
  readonly isRepeated?: boolean;
  /** Wall clock of the batch, in milliseconds; only what summaries say of their window depends on it. */
  readonly now: number;
}

/** Up to where a batch goes. */
export interface BatchEnd {
  readonly partition: number;
  readonly end: number;
}

/** A summary by the count of processed records, and the input offset of the record that made it due. */
export interface DueSummary {
  /** With its number and those fields that the profile's summaries have; a store works out no others. */
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
   * For each processed login, in order: its analytics fields are written, the state handles are filled with what was
   * remembered before it, `late` runs, and the login is remembered.
   *
   * @param late the processors that need analytics fields or handles; null when there are none
   * @returns the summaries that are due within this batch, in order; each covers the records before it
   * @param signal ends a wait for a store that is away
   */
  abstract apply(
    position: BatchPosition,
    outcomes: Outcome[],
    late: LateRunner | null,
    signal?: AbortSignal,
  ): Promise<readonly DueSummary[]>;

  /** The summary of everything applied so far, or null if nothing has changed since the one before. */
  abstract takeSummary(now: number, signal?: AbortSignal): Promise<Summary | null>;

  /** A summary by time that this process, or another one, has taken and not published; null when there is none. */
  takenSummary(_signal?: AbortSignal): Promise<Summary | null> {
    return Promise.resolve(null);
  }

  /** Whether a summary by time may be committed with an offset of this partition: state has to know where its counting begins. */
  isReady(_partition: number): boolean {
    return true;
  }

  /** Told when a summary by time is committed. */
  published(_sequence: number): void | Promise<void> {
    // Nobody else waits for it.
  }

  /**
   * Resolves when the summaries before this one are committed, by whichever process has them.
   *
   * @param _batch the one that made it due; null: it is one by time
   * @throws NumberLost
   */
  turnOf(_sequence: number, _batch: BatchEnd | null, _signal?: AbortSignal): Promise<void> {
    return Promise.resolve();
  }

  /** Whether other processes have this state, too. It keeps the results of what is not committed, for the partition's next owner. */
  get isShared(): boolean {
    return false;
  }

  /** How many records can be applied at once. */
  get mostRecords(): number {
    return Infinity;
  }

  /**
   * Resolves when everything that was applied so far is written down, which has to come before its offset is committed. Never
   * rejects. Null: there is nothing to wait for.
   */
  recorded(): Promise<void> | null {
    return null;
  }

  /** Told when the partition's offset is committed: everything below `end` has its outcome. */
  settled(_partition: number, _end: number): void {
    // Of no interest to a store that begins anew with each process.
  }

  /** Summaries go on behind this sequence number, if that is not behind already: it is the last one that was published. */
  abstract resumeSequence(last: number): void;

  abstract get figures(): StateFigures;
}
