/** Places in the facts of a record. Numbers are little-endian; texts and ids by their numbers in the batch. */
export const FACT = {
  kind: 0,
  other: 1,
  /** From the first of the batch. */
  offset: 2,
  user: 6,
  device: 8,
  version: 10,
  locale: 12,
  type: 14,
  region: 16,
  /** 0: none. */
  country: 18,
  hour: 20,
  time: 21,
  ipLength: 26,
  ip: 27,
} as const;

/** What became of a record before state. */
export const KIND = { login: 0, filtered: 1, error: 2 } as const;

/** Texts of a batch, each list numbered from 1. */
export interface BatchNames {
  readonly versions: readonly string[];
  readonly locales: readonly string[];
  readonly types: readonly string[];
  readonly regions: readonly string[];
  readonly countries: readonly string[];
  /** Reasons of filtered records and types of errors, with a letter before them. */
  readonly others: readonly string[];
  /** Number of `duplicate` among the others. */
  readonly duplicate: number;
}

/** What is said of a batch, record by record. */
export interface BatchFacts {
  readonly bytes: Buffer;
  readonly records: number;
  /** Offset that the others are counted from. */
  readonly first: number;
  readonly names: BatchNames;
  readonly users: number;
  readonly devices: number;
}

const LETTER = { filtered: 'f', error: 'e' } as const;
export type OtherKind = keyof typeof LETTER;

export const otherName = (kind: OtherKind, what: string): string => `${LETTER[kind]}:${what}`;
export const isOther = (kind: OtherKind, name: string): boolean => name.startsWith(LETTER[kind]);
export const whatOf = (name: string): string => name.slice(2);
