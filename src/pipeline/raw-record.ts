/**
 * A record as Kafka delivered it. The names and types are those of a Kafka client's message, so a batch
 * passes into the pipeline without a copy of each record.
 */
export interface RawRecord {
  /** Position in the partition, decimal digits. */
  readonly offset: string;
  /** Kafka record timestamp in milliseconds since 1970, decimal digits. This is the *arrival*. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: RecordHeaders;
  /** At least the bytes of key, value and headers together, where that is known without looking. */
  readonly size?: number;
}

/** A header that occurs several times is an array. A header's value may be null. */
export type RecordHeaders = Record<string, HeaderValue | HeaderValue[] | undefined>;
export type HeaderValue = Buffer | string | null;

/** Records of one partition, in offset order. Offsets may have gaps (compaction, transaction markers). */
export interface RawBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly RawRecord[];
}
