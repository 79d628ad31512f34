import type { Login } from './login.js';
import type { RawRecord } from './raw-record.js';

/** One rule that a record failed. */
export interface Violation {
  /** The broken field; null when the record as a whole is broken. */
  readonly field: string | null;
  /**
   * Machine word of the rule, like `missing` or `not_string`.
   *
   * @pattern ^[a-z][a-z0-9_]*$
   */
  readonly rule: string;
  /**
   * A sentence for people. It never repeats the value, so that it can be logged.
   *
   * @minLength 1
   */
  readonly message: string;
}

/** The *error* outcome: a record that will never become a login. Bad data is returned, never thrown. */
export class Rejected {
  constructor(
    readonly raw: RawRecord,
    /** Machine word, a label of metrics: `not_json`, `invalid_fields`, … One of {@link ErrorType}. */
    readonly errorType: ErrorType,
    /** Every failed rule, at least one. */
    readonly violations: readonly Violation[],
    /** The parsed object, the text, or null when there is neither. */
    readonly content: unknown,
  ) {}
}

export type ErrorType =
  | 'null_value'
  | 'too_large'
  | 'not_utf8'
  | 'byte_order_mark'
  | 'not_json'
  | 'not_an_object'
  | 'too_deep'
  | 'forbidden_key'
  | 'unsafe_integer'
  | 'missing_fields'
  | 'invalid_fields'
  | 'unknown_fields'
  | 'future_timestamp'
  | 'output_too_large';

/** Why a valid login is filtered; the first that applies, in this order. */
export type FilterReason = 'filtered_device_type' | 'filtered_app_version' | 'filtered_age' | 'duplicate';

/** The *filtered* outcome. */
export class Filtered {
  constructor(
    readonly login: Login,
    readonly reason: FilterReason,
  ) {}
}

/**
 * What became of a record: a `Login` that reaches the end of the pipeline is *processed*.
 * Every input record has exactly one outcome.
 */
export type Outcome = Login | Filtered | Rejected;
