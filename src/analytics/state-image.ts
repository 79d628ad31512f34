/** What an image says in small parts: safe for JSON, and of its instant for good. */
export type ImageFacts = Readonly<Record<string, unknown>>;

/** The whole state at one instant, to be written while the state goes on changing. */
export interface StateImage {
  /** The small parts as one JSON value: single numbers of the tables, counts by key, the summary's window, the key of the hashes. */
  readonly facts: ImageFacts;
  /** The large parts, in a fixed order. */
  readonly columns: readonly ImageColumn[];
  /** Has to be called when it is written or given up: until then each write to a row may cost a copy of that row. */
  release(): void;
}

export interface ImageColumn {
  /** Unique, like `users.rows`. */
  readonly name: string;
  readonly bytes: number;
  /** The next part, at most 256 KiB, valid until the next call of any column; null at the end. Synchronous and short. */
  next(): Uint8Array | null;
}

/** A state that was written. */
export interface ImageSource {
  readonly facts: ImageFacts;
  /** Null: there is no such column. */
  bytesOf(column: string): number | null;
  /**
   * Fills `target`, which has exactly the column's length.
   *
   * @throws when the file is damaged
   */
  read(column: string, target: Uint8Array): Promise<void>;
}
