import type { Violation } from '../pipeline/outcome.js';
import type { RawRecord } from '../pipeline/raw-record.js';

/** The last second that a `Date` can hold. Whatever a record's arrival, later stages can turn its time into a date. */
const LAST_SECOND = 8_640_000_000_000;

/** The field `timestamp` of a valid login as a number of Unix seconds. */
export function eventTimeOf(timestamp: number | string): number {
  return typeof timestamp === 'number' ? timestamp : Number(timestamp);
}

/**
 * True if an event time is more than `maxFutureSeconds` after the arrival of its record. A record without an
 * arrival (Kafka's -1) has nothing to compare with; then only the end of the calendar counts.
 */
export function isInFuture(eventTime: number, raw: RawRecord, maxFutureSeconds: number): boolean {
  const arrival = Number(raw.timestamp);
  if (arrival >= 0 && eventTime * 1000 - arrival > maxFutureSeconds * 1000) return true;
  return eventTime > LAST_SECOND;
}

/** The violation of the field `timestamp` by a time in the future. */
export function futureViolation(maxFutureSeconds: number): Violation {
  return {
    field: 'timestamp',
    rule: 'future_timestamp',
    message: `timestamp must be at most ${maxFutureSeconds} seconds after the arrival of the record.`,
  };
}
