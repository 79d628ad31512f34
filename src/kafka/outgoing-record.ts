import type { HeaderValue, RecordHeaders } from '../pipeline/raw-record.js';

/** A record on its way to a topic. Strings are written as UTF-8. */
export interface OutgoingRecord {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers: RecordHeaders | undefined;
  /** Offset of the input record that this one is the outcome of: what is already committed is not sent again. */
  readonly sourceOffset: number;
}

/** Records for one topic, in the order of their input. */
export interface TopicRecords {
  readonly topic: string;
  readonly records: readonly OutgoingRecord[];
}

/** Headers as a flat list, in order. Only real values pass. */
export function headerList(headers: RecordHeaders): [name: string, value: HeaderValue][] {
  const list: [string, HeaderValue][] = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (Array.isArray(value)) {
      for (const each of value) if (isHeaderValue(each)) list.push([name, each]);
    } else if (isHeaderValue(value)) list.push([name, value]);
  }
  return list;
}

const isHeaderValue = (value: unknown): value is HeaderValue =>
  value === null || typeof value === 'string' || Buffer.isBuffer(value);
