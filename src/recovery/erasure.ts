/** What became of a user who is to be forgotten. In memory the user is erased, and whatever a restart begins with is, too. */
export interface Erasure {
  /** Whether there was a row of that user. */
  readonly known: boolean;
  /** Whether no file of `STATE_DIR` has anything of the user any more. */
  readonly filesClean: boolean;
  /** Until when files still have it, as a sentence; null when none has. */
  readonly until: string | null;
}

/** Nobody can be erased: there is no state, or not yet. The message says which, for operators. */
export class ErasureImpossible extends Error {
  override readonly name = 'ErasureImpossible';

  constructor(
    message: string,
    /** Later it may be possible. */
    readonly isTemporary: boolean,
  ) {
    super(message);
  }
}
