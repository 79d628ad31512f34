import type { GeneratedRecord } from '../generator/generated-record.js';

/** Where generated records go. */
export interface Target {
  /** For people: `user-login`, `standard output`. */
  readonly name: string;
  /** Resolves when the records have arrived and more may be sent. */
  send(records: readonly GeneratedRecord[]): Promise<void>;
  /** What is to be said of records that have perhaps arrived, or not; empty: nothing. */
  doubts(): string;
  close(): void;
}
