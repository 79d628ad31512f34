export interface GeneratedRecord {
  /** Random, as in real traffic: it says nothing about the user. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Record<string, Buffer>;
  /** `valid`, `redelivered` (a copy of a valid one) or the name of the fault. */
  readonly kind: string;
}
