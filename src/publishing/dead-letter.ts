import { createHash } from 'node:crypto';
import type { OutgoingRecord } from '../kafka/outgoing-record.js';
import type { Rejected } from '../pipeline/outcome.js';
import type { RecordHeaders } from '../pipeline/raw-record.js';
import { headerBytes } from './headers.js';
import { sourceOfRecord } from './source.js';
import type { Source } from './source.js';

/** Characters of `message_content` that an error record shows; the whole value is in `x-dlq-value`. */
const CONTENT_LIMIT = 64 * 1024;

export interface DeadLetterOptions {
  readonly topic: string;
  readonly partition: number;
  /** Unix seconds, when written. */
  readonly now: number;
  /** Values above this are not carried: `x-dlq-sha256` is. Bytes. */
  readonly maxValueBytes: number;
  /** What the error topic takes, in bytes. */
  readonly maxRecordBytes: number;
}

/**
 * The error record of a rejected one. It loses nothing: original key, headers and value bytes travel along. Values
 * that are too large are named by their hash and position instead; then the input itself still has them.
 */
export function deadLetter(rejected: Rejected, options: DeadLetterOptions): OutgoingRecord {
  const { raw } = rejected;
  const source = sourceOfRecord(options.topic, options.partition, raw);
  const value = errorValue(rejected, source, options.now);
  const record = (headers: RecordHeaders): OutgoingRecord => ({
    key: raw.key,
    value,
    headers,
    sourceOffset: source.offset,
  });
  const described = { ...raw.headers, ...describingHeaders(rejected, source) };
  const size = Buffer.byteLength(value) + (raw.key?.length ?? 0);
  const room = options.maxRecordBytes - size - headerBytes(described) - 1024;
  const bytes = raw.value;
  if (bytes === null || (bytes.length <= options.maxValueBytes && bytes.length <= room))
    return record({ ...described, 'x-dlq-value': bytes });
  const named = { 'x-dlq-sha256': createHash('sha256').update(bytes).digest('hex') };
  if (room > 0) return record({ ...described, ...named });
  const dropped = { 'x-dlq-headers-left-out': String(Object.keys(raw.headers ?? {}).length) };
  return record({ ...describingHeaders(rejected, source), ...named, ...dropped });
}

function describingHeaders(rejected: Rejected, source: Source): RecordHeaders {
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

function errorValue(rejected: Rejected, source: Source, now: number): string {
  const { content, truncated } = shownContent(rejected);
  return JSON.stringify({
    error_type: rejected.errorType,
    error: rejected.violations.map(({ message }) => message).join(' '),
    errors: rejected.violations,
    user_id: usable(rejected, 'user_id'),
    device_id: usable(rejected, 'device_id'),
    timestamp: now,
    message_content: content,
    ...(truncated && { truncated }),
    source,
  });
}

/** The object where there is one to show, else its text; both within the limit. */
function shownContent({ content, raw, errorType }: Rejected): { content: unknown; truncated: boolean } {
  // Nesting may be deeper than a JSON writer's stack.
  const shown = errorType === 'too_deep' ? (raw.value?.toString() ?? null) : content;
  const size = raw.value?.length ?? 0;
  if (size <= CONTENT_LIMIT) return { content: shown, truncated: false };
  const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
  return { content: cut(text, CONTENT_LIMIT), truncated: text.length > CONTENT_LIMIT };
}

/** The first `limit` characters, without half of a surrogate pair at the end. */
function cut(text: string, limit: number): string {
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

/** An identity that can be searched for: the field's value if it broke no rule. */
function usable({ content, violations }: Rejected, field: 'user_id' | 'device_id'): string | null {
  if (typeof content !== 'object' || content === null || !Object.hasOwn(content, field)) return null;
  const value = (content as Record<string, unknown>)[field];
  const broken = violations.some((violation) => violation.field === field);
  return typeof value === 'string' && !broken && value.trim() !== '' && value.length <= 256 ? value : null;
}
