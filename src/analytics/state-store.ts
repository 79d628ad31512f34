import type { Login } from '../pipeline/login.js';

declare module '../pipeline/login.js' {
  interface Enrichment {
    /** Processed logins with this `app_version` so far, this one included. */
    total_logins_for_version: number;
    /** Processed logins from this `locale` so far, this one included. */
    total_logins_from_locale: number;
    /** Device type (lower case) with the most processed logins so far; of equals the first in the alphabet. */
    most_common_device_type: string;
  }
}

/** The fields that a store adds, and the processors' fields that it reads. */
export const ANALYTICS_FIELDS = [
  'total_logins_for_version',
  'total_logins_from_locale',
  'most_common_device_type',
] as const;
export const ANALYTICS_NEEDS = ['device_type_lower'] as const;

/** Which records a call is about: a store that outlives the process recognises a batch that it has applied. */
export interface BatchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
  /** Behind the last record. */
  readonly endOffset: number;
}

/**
 * What the service remembers between logins. A batch is applied once, as a whole and in order; how often its
 * outcomes have to be sent after that does not matter here.
 */
export abstract class StateStore {
  /**
   * Counts the logins and writes the analytics fields onto them.
   *
   * @throws when the store cannot be reached: nothing was applied, and the batch waits
   */
  abstract apply(position: BatchPosition, logins: readonly Login[]): Promise<void>;
}
