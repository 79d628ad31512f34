import type { HeaderValue, RawRecord, RecordHeaders } from '../pipeline/raw-record.js';
import { REDRIVE_HEADERS } from './redrive-headers.js';

/** Milliseconds up to the year 33658, or Kafka's -1 for a record that has no time. */
const MILLISECONDS = /^(?:-1|\d{1,15})$/;
const LONGEST = 15;

/**
 * The record with its *arrival*: of a record that was redriven, that of the original, which it carries in a header. Its own
 * time cannot be that of the original: retention would delete it at once, and a topic may write its own time anyway.
 *
 * A header that is no number, or lies after the record's own time, is only a header. Nearly all records have none: for
 * them this is a look at the headers and no more.
 */
export function asItArrived(raw: RawRecord): RawRecord {
  const header = raw.headers?.[REDRIVE_HEADERS.timestamp];
  return header === undefined ? raw : withArrival(raw, header);
}

function withArrival(raw: RawRecord, header: HeaderValue | HeaderValue[]): RawRecord {
  const arrival = readArrival(header);
  if (arrival === null || Number(arrival) > Number(raw.timestamp)) return raw;
  return new RedrivenRecord(raw, arrival);
}

/** Decimal milliseconds of a header that holds an arrival, else null. */
export function readArrival(header: RecordHeaders[string]): string | null {
  if (header === null || header === undefined || Array.isArray(header) || header.length > LONGEST)
    return null;
  const text = String(header);
  return MILLISECONDS.test(text) ? text : null;
}

/** All of a record but its time. */
class RedrivenRecord implements RawRecord {
  constructor(
    private readonly record: RawRecord,
    readonly timestamp: string,
  ) {}

  get offset(): string {
    return this.record.offset;
  }

  get key(): Buffer | null {
    return this.record.key;
  }

  get value(): Buffer | null {
    return this.record.value;
  }

  get headers(): RecordHeaders | undefined {
    return this.record.headers;
  }

  get size(): number | undefined {
    return this.record.size;
  }
}
