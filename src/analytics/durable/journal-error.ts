/** What is wrong with a journal, for callers that branch on it. */
export type JournalErrorCode =
  /** There is no such file. */
  | 'missing'
  /** It is there, but the operating system does not let us read it. */
  | 'unreadable'
  /** It is no journal, or its beginning is damaged. */
  | 'not_a_journal'
  /** Another version of the service wrote it, in a form of its own. */
  | 'foreign_version'
  /** It could not be made. */
  | 'not_created';

/** A journal cannot be used at all. The message says why, for operators. */
export class JournalError extends Error {
  override readonly name = 'JournalError';

  constructor(
    readonly code: JournalErrorCode,
    readonly path: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
