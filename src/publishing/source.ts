import type { RawRecord } from '../pipeline/raw-record.js';
import type { Count, UnixMilliseconds } from '../pipeline/quantities.js';

/** Where a record was read: part of error and filtered records. */
export interface Source {
  /** The input topic. */
  readonly topic: string;
  /** Partition of the input topic. */
  readonly partition: Count;
  /** Position in the partition. */
  readonly offset: Count;
  /** When the message arrived in Kafka, in milliseconds. */
  readonly timestamp: UnixMilliseconds;
}

export const sourceOfRecord = (topic: string, partition: number, raw: RawRecord): Source => ({
  topic,
  partition,
  offset: Number(raw.offset),
  timestamp: Number(raw.timestamp),
});
