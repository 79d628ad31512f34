/** What went wrong, for callers that branch on it. */
export type EmbeddedBrokerErrorCode =
  | 'unsupported_platform'
  | 'java_not_found'
  | 'java_too_old'
  | 'fetch_failed'
  | 'checksum_mismatch'
  | 'port_taken'
  | 'data_in_use'
  | 'died_at_start'
  | 'start_timeout';

/** The embedded broker cannot run. The message says what happened and what to do about it. */
export class EmbeddedBrokerError extends Error {
  override readonly name = 'EmbeddedBrokerError';

  constructor(
    readonly code: EmbeddedBrokerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
