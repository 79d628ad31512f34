import { readArrival } from '../../ingest/arrival.js';
import { REDRIVE_HEADERS } from '../../ingest/redrive-headers.js';
import type { RawRecord, RecordHeaders } from '../../pipeline/raw-record.js';
import type { DeadLetterHeader } from '../../publishing/records/dead-letter-headers.js';

/** What the headers of a record of the error topic say of the one that it stands for; null where they say nothing usable. */
export interface DeadLetter {
  readonly record: RawRecord;
  /** Where it is in the error topic. */
  readonly partition: number;
  readonly offset: number;
  readonly topic: string | null;
  readonly sourcePartition: number | null;
  readonly sourceOffset: number | null;
  readonly errorType: string | null;
  /** Arrival of the original, decimal milliseconds. */
  readonly arrival: string | null;
}

const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/;
const MACHINE_WORD = /^[a-z][a-z0-9_]{0,63}$/;
const NUMBER = /^\d{1,15}$/;

export function readDeadLetter(record: RawRecord, partition: number): DeadLetter {
  const { headers } = record;
  return {
    record,
    partition,
    offset: Number(record.offset),
    topic: matching(headers, 'x-dlq-topic', TOPIC_NAME),
    sourcePartition: numberIn(headers, 'x-dlq-partition'),
    sourceOffset: numberIn(headers, 'x-dlq-offset'),
    errorType: matching(headers, 'x-dlq-error-type', MACHINE_WORD),
    arrival: readArrival(headers?.['x-dlq-timestamp' satisfies DeadLetterHeader]),
  };
}

/** How often a record was redriven, as its headers have it. A count that is none is 0. */
export function redriveCount(headers: RecordHeaders | undefined): number {
  const text = headerText(headers, REDRIVE_HEADERS.count);
  return text !== null && NUMBER.test(text) ? Number(text) : 0;
}

/** The text of a header that is there once and is not null. */
export function headerText(headers: RecordHeaders | undefined, name: string): string | null {
  const value = headers?.[name];
  return value === undefined || value === null || Array.isArray(value) ? null : String(value);
}

function matching(
  headers: RecordHeaders | undefined,
  name: DeadLetterHeader,
  pattern: RegExp,
): string | null {
  const text = headerText(headers, name);
  return text !== null && pattern.test(text) ? text : null;
}

function numberIn(headers: RecordHeaders | undefined, name: DeadLetterHeader): number | null {
  const text = matching(headers, name, NUMBER);
  return text === null ? null : Number(text);
}
