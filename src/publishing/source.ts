import type { RawRecord } from '../pipeline/raw-record.js';

/** Where a record was read: part of error and filtered records. */
export interface Source {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds: the record's arrival. */
  readonly timestamp: number;
}

export const sourceOfRecord = (topic: string, partition: number, raw: RawRecord): Source => ({
  topic,
  partition,
  offset: Number(raw.offset),
  timestamp: Number(raw.timestamp),
});
