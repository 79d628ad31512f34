import { createHash } from 'node:crypto';
import { REDRIVE_HEADERS } from '../../ingest/redrive-headers.js';
import type { RawRecord, RecordHeaders } from '../../pipeline/raw-record.js';
import { DEAD_LETTER_HEADERS } from '../../publishing/records/dead-letter-headers.js';
import { headerText } from './dead-letter.js';

/** A record of the input as it was; what is undefined is not in its dead letter. */
export interface Original {
  readonly key: Buffer | null | undefined;
  readonly value: Buffer | null | undefined;
  /** Without those that a dead letter has besides. */
  readonly headers: RecordHeaders | undefined;
}

const ADDED: ReadonlySet<string> = new Set(Object.keys(DEAD_LETTER_HEADERS));
const WRITTEN_ANEW: ReadonlySet<string> = new Set([REDRIVE_HEADERS.count, REDRIVE_HEADERS.timestamp]);

/** What a dead letter has of the original. */
export function originalOf({ key, headers = {} }: RawRecord): Original {
  const has = (name: keyof typeof DEAD_LETTER_HEADERS) => Object.hasOwn(headers, name);
  return {
    key: has('x-dlq-key-left-out') ? undefined : key,
    value: has('x-dlq-value') ? bytesOf(headers['x-dlq-value']) : undefined,
    headers: has('x-dlq-headers-left-out') ? undefined : without(headers, ADDED),
  };
}

/** Whether a record of the input is the one that a dead letter stands for. */
export function isOriginal(found: RawRecord, letter: RawRecord): boolean {
  const hash = headerText(letter.headers, 'x-dlq-sha256');
  if (hash !== null) return sha256(found.value ?? Buffer.alloc(0)) === hash;
  const value = bytesOf(letter.headers?.['x-dlq-value']);
  return value === undefined || value === null ? found.value === value : found.value?.equals(value) === true;
}

/** The headers of the original, and what keeps its arrival and counts how often it was redriven. */
export function redrivenHeaders(
  original: RecordHeaders,
  { count, arrival, edited }: { count: number; arrival: string; edited: boolean },
): RecordHeaders {
  const headers = without(original, WRITTEN_ANEW);
  headers[REDRIVE_HEADERS.count] = String(count);
  headers[REDRIVE_HEADERS.timestamp] = arrival;
  if (edited) headers[REDRIVE_HEADERS.edited] = 'true';
  return headers;
}

/** A copy in which any name is only a name. */
function without(headers: RecordHeaders, names: ReadonlySet<string>): RecordHeaders {
  const copy = Object.create(null) as RecordHeaders;
  for (const name of Object.keys(headers)) if (!names.has(name)) copy[name] = headers[name];
  return copy;
}

/** Undefined: the header is there several times, or not at all. */
function bytesOf(header: RecordHeaders[string]): Buffer | null | undefined {
  if (header === null || header === undefined) return header;
  if (Array.isArray(header)) return undefined;
  return typeof header === 'string' ? Buffer.from(header) : header;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
