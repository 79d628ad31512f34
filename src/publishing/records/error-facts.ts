import type { ErrorRecord } from './error-record.js';

/** What an error record may say: a profile picks fields and gives them names. */
export interface ErrorFacts extends ErrorRecord {
  /**
   * The text `Unknown` where there is no usable `user_id`.
   *
   * @minLength 1
   * @maxLength 128
   */
  readonly user_id_or_unknown: string;
  /**
   * What kind of error it is, and in which fields: `Missing user_id`, `Missing fields: …`, `Invalid fields: …`, or
   * `Message parsing error: …`; the first that applies.
   *
   * @minLength 1
   * @pattern ^(Missing user_id$|Missing fields: |Invalid fields: |Message parsing error: )
   */
  readonly error_with_fields: string;
}
