import { createHash } from 'node:crypto';
import type { OutgoingRecord } from '../kafka/outgoing-record.js';
import type { Rejected } from '../pipeline/outcome.js';
import type { RecordHeaders } from '../pipeline/raw-record.js';
import { nameOf, sourceOf } from '../profiles/profile.js';
import type { Profile } from '../profiles/profile.js';
import { errorWithFields } from './error-with-fields.js';
import { headerBytes } from './headers.js';
import { identifiedContent, sentenceOf, UNKNOWN, usableId } from './identity.js';
import { DEAD_LETTER_HEADERS } from './records/dead-letter-headers.js';
import type { DeadLetterHeader } from './records/dead-letter-headers.js';
import type { ErrorFacts } from './records/error-facts.js';
import { sourceOfRecord } from './source.js';
import type { Source } from './source.js';

/** Bytes of `message_content` that an error record shows; the whole value is in `x-dlq-value`. */
const CONTENT_LIMIT = 64 * 1024;
/** The same where the topic has no room for more. */
const LEAST_CONTENT_LIMIT = 128;
/** All of a record that cannot be left out, besides its key. */
const LEAST_ROOM_BYTES = 5 * 1024;
/** What a record takes besides its key, value and headers, generously. */
const FRAMING_BYTES = 1024;

/** Headers that some dead letters have and others do not. */
const NOT_ALWAYS_WRITTEN = Object.entries(DEAD_LETTER_HEADERS).flatMap(([name, { always }]) =>
  always ? [] : [name],
);

export interface DeadLetterOptions {
  readonly topic: string;
  readonly partition: number;
  /** Unix seconds, when written. */
  readonly now: number;
  /** Values above this are not carried: `x-dlq-sha256` is. Bytes. */
  readonly maxValueBytes: number;
  /** What the error topic takes, in bytes. */
  readonly maxRecordBytes: number;
  /** Fields of the record's value, from {@link ErrorFacts}. */
  readonly fields: Profile['errorRecord'];
}

/**
 * The error record of a rejected one. It loses nothing: original key, headers and value bytes travel along. Values
 * that are too large are named by their hash and position instead; then the input itself still has them.
 */
export function deadLetter(rejected: Rejected, options: DeadLetterOptions): OutgoingRecord {
  let record!: OutgoingRecord;
  for (record of forms(rejected, options)) if (bytesOf(record) <= options.maxRecordBytes) break;
  return record;
}

/** The forms that the record may have, each smaller than the one before: a topic that takes none stops the stream. */
function* forms(rejected: Rejected, options: DeadLetterOptions): Generator<OutgoingRecord> {
  const { raw } = rejected;
  const source = sourceOfRecord(options.topic, options.partition, raw);
  const keyBytes = raw.key?.length ?? 0;
  const { maxRecordBytes } = options;
  const keyFits = keyBytes <= Math.max(maxRecordBytes / 4, maxRecordBytes - LEAST_ROOM_BYTES);
  const describing = {
    ...describingHeaders(rejected, source),
    ...(!keyFits && { 'x-dlq-key-left-out': `${keyBytes} bytes` }),
  };
  const record = (value: string, headers: RecordHeaders): OutgoingRecord => ({
    key: keyFits ? raw.key : null,
    value,
    headers,
    sourceOffset: source.offset,
  });
  const value = errorValue(rejected, options, source, CONTENT_LIMIT);
  const headers: RecordHeaders = { ...raw.headers, ...describing };
  // Of an earlier dead letter, which this input is a copy of: they would speak of another record.
  for (const name of NOT_ALWAYS_WRITTEN) if (!Object.hasOwn(describing, name)) delete headers[name];
  if (raw.value === null || raw.value.length <= options.maxValueBytes)
    yield record(value, { ...headers, 'x-dlq-value': raw.value });
  const hash = createHash('sha256').update(raw.value ?? Buffer.alloc(0));
  const named = { 'x-dlq-sha256': hash.digest('hex') };
  yield record(value, { ...headers, ...named });
  const dropped = {
    ...describing,
    ...named,
    'x-dlq-headers-left-out': String(Object.keys(raw.headers ?? {}).length),
  };
  yield record(value, dropped);
  yield record(errorValue(rejected, options, source, LEAST_CONTENT_LIMIT), dropped);
}

const bytesOf = ({ key, value, headers }: OutgoingRecord): number =>
  (key?.length ?? 0) + Buffer.byteLength(value ?? '') + headerBytes(headers) + FRAMING_BYTES;

function describingHeaders(rejected: Rejected, source: Source): Partial<Record<DeadLetterHeader, string>> {
  return {
    'kafka_dlt-original-topic': source.topic,
    'x-dlq-topic': source.topic,
    'x-dlq-partition': String(source.partition),
    'x-dlq-offset': String(source.offset),
    'x-dlq-timestamp': String(source.timestamp),
    'x-dlq-error-type': rejected.errorType,
    'x-dlq-error': rejected.violations[0].message,
  };
}

function errorValue(
  rejected: Rejected,
  { now, fields }: DeadLetterOptions,
  source: Source,
  limit: number,
): string {
  const { content, truncated } = shownContent(rejected, limit);
  const identified = identifiedContent(rejected);
  const user_id = usableId(identified, rejected, 'user_id');
  const facts: { readonly [Fact in keyof ErrorFacts]: ErrorFacts[Fact] | undefined } = {
    error_type: rejected.errorType,
    error: sentenceOf(rejected),
    errors: rejected.violations,
    user_id,
    user_id_or_unknown: user_id ?? UNKNOWN,
    device_id: usableId(identified, rejected, 'device_id'),
    timestamp: now,
    message_content: content,
    truncated: truncated || undefined,
    error_with_fields: errorWithFields(rejected),
    source,
  };
  const entries = fields.map((field) => [nameOf(field), facts[sourceOf(field) as keyof ErrorFacts]]);
  return JSON.stringify(Object.fromEntries(entries));
}

/** The object where there is one to show, else its text; more than `limit` bytes of JSON are cut, as text. */
function shownContent(
  { content, raw, errorType }: Rejected,
  limit: number,
): { content: unknown; truncated: boolean } {
  // Nesting may be deeper than a JSON writer's stack.
  const shown = errorType === 'too_deep' ? (raw.value?.toString() ?? null) : content;
  const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
  if (text.length * 3 <= limit) return { content: shown, truncated: false };
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(limit));
  return read === text.length
    ? { content: shown, truncated: false }
    : { content: text.slice(0, read), truncated: true };
}
