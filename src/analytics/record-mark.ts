import { hash } from 'node:crypto';
import { Filtered, Rejected } from '../pipeline/outcome.js';
import type { Outcome } from '../pipeline/outcome.js';
import type { RawRecord } from '../pipeline/raw-record.js';

/** By which a record is recognised when its log is read again. */
export interface RecordMark {
  readonly offset: number;
  /** Of the record, in milliseconds. */
  readonly timestamp: number;
  /** 64 bits of the SHA-256 of its value, as two signed 32-bit halves; 0 and 0 when the value is null. */
  readonly hi: number;
  readonly lo: number;
}

/** By which the record of an outcome is known again. */
export function markOf(outcome: Outcome): RecordMark {
  if (outcome instanceof Rejected) return markOfRecord(outcome.raw);
  return markOfRecord(outcome instanceof Filtered ? outcome.login.raw : outcome.raw);
}

export function markOfRecord({ offset, timestamp, value }: RawRecord): RecordMark {
  const place = { offset: Number(offset), timestamp: Number(timestamp) };
  if (value === null) return { ...place, hi: 0, lo: 0 };
  const digest = hash('sha256', value, 'buffer');
  return { ...place, hi: digest.readInt32LE(0), lo: digest.readInt32LE(4) };
}

export const isSameRecord = (a: RecordMark, b: RecordMark): boolean =>
  a.offset === b.offset && a.timestamp === b.timestamp && a.hi === b.hi && a.lo === b.lo;
