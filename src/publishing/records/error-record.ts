import type { UnixSeconds } from '../../pipeline/quantities.js';
import type { ErrorType, Violation } from '../../pipeline/outcome.js';
import type { Source } from '../source.js';

/** The value of a record of the error topic. It carries clear values, or they could not be repaired. */
export interface ErrorRecord {
  /** What kind of error it is, in one word; the first that applies. */
  readonly error_type: ErrorType;
  /**
   * The messages of all failed rules. They never repeat a value.
   *
   * @minLength 1
   */
  readonly error: string;
  /**
   * Every failed rule.
   *
   * @minItems 1
   */
  readonly errors: readonly Violation[];
  /**
   * Null where it is absent or broken.
   *
   * @minLength 1
   * @maxLength 128
   */
  readonly user_id: string | null;
  /**
   * Null where it is absent or broken.
   *
   * @minLength 1
   * @maxLength 128
   */
  readonly device_id: string | null;
  /** When the record was written, in Unix seconds. */
  readonly timestamp: UnixSeconds;
  /** The message: what JSON makes of it, else its text, else null. At most 64 KiB of it, as text, with `truncated`. */
  readonly message_content: unknown;
  /** Only there, and true, where `message_content` is not the whole message; `x-dlq-value` always is. */
  readonly truncated?: true;
  /** Where the message is in the input. */
  readonly source: Source;
}
