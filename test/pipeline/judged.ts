import { expect } from '@jest/globals';
import type { RecordHeaders } from '../../src/pipeline/raw-record.js';
import type { ReadRecord } from '../support/kafka.js';
import type { AnalyticsFields } from '../../src/analytics/model.testing.js';
import type { Judgement, Oracle } from './oracle.js';
import type { Input, Run } from './run.js';

/** Where an input record stood. */
export interface Place {
  readonly input: Input;
  readonly partition: number;
  readonly offset: number;
}

export type JudgedAs<Outcome extends Judgement['outcome']> = Extract<Judgement, { outcome: Outcome }>;

/**
 * Judges a run over one partition into topics of one partition: outcomes stand in the order of their inputs, so what the
 * state says of each is known. Compares every byte that the contract determines.
 */
export function expectExactly(run: Run, oracle: Oracle): void {
  const state = oracle.newState();
  const [processed, filtered, errors] = [run.processed, run.filtered, run.errors].map((records) => [
    ...records,
  ]);
  run.partitions[0].forEach((input, offset) => {
    const place = { input, partition: 0, offset };
    const judgement = oracle.judge(input.value, run.arrival);
    if (judgement.outcome === 'processed') {
      const analytics = state.apply({ ...judgement.seen, partition: 0, offset });
      if (analytics === null) expectFiltered(filtered.shift(), asDuplicate(judgement), place, run);
      else expectProcessed(processed.shift(), judgement, analytics, place, run);
    } else if (judgement.outcome === 'filtered') expectFiltered(filtered.shift(), judgement, place, run);
    else expectError(errors.shift(), judgement, place, run);
  });
  expect([processed, filtered, errors]).toEqual([[], [], []]);
}

export const asDuplicate = ({ content }: JudgedAs<'processed'>): JudgedAs<'filtered'> => ({
  outcome: 'filtered',
  reason: 'duplicate',
  content,
});

export function expectProcessed(
  record: ReadRecord | undefined,
  { login, record: expected }: JudgedAs<'processed'>,
  analytics: AnalyticsFields,
  { input }: Place,
  run: Run,
): void {
  const at = record?.json.processed_timestamp as number;
  expect(String(record?.value)).toBe(JSON.stringify(expected(at, analytics)));
  expectWithin(run, at);
  expect(String(record?.key)).toBe(login.user_id);
  expect(record?.headers).toEqual(input.headers ?? {});
}

export function expectFiltered(
  record: ReadRecord | undefined,
  { reason, content }: JudgedAs<'filtered'>,
  place: Place,
  run: Run,
): void {
  const timestamp = record?.json.timestamp as number;
  const expected = {
    user_id: content.user_id,
    message_content: content,
    clean_type: reason,
    timestamp,
    source: sourceOf(place, run),
  };
  expect(String(record?.value)).toBe(JSON.stringify(expected));
  expectWithin(run, timestamp);
  expect(record?.key).toEqual(place.input.key);
  expect(record?.headers).toEqual(place.input.headers ?? {});
}

export function expectError(
  record: ReadRecord | undefined,
  { type, faults }: JudgedAs<'error'>,
  place: Place,
  run: Run,
): void {
  const json = record?.json as unknown as ErrorRecord;
  const found = json?.errors?.map(({ field, rule }) => `${field} ${rule}`).sort();
  expect({ type: json?.error_type, found }).toEqual({ type, found: [...faults].sort() });
  expect(Object.keys(json)).toEqual([
    ...['error_type', 'error', 'errors', 'user_id', 'device_id', 'timestamp', 'message_content'],
    ...('truncated' in json ? ['truncated'] : []),
    'source',
  ]);
  for (const violation of json.errors) {
    expect(Object.keys(violation)).toEqual(['field', 'rule', 'message']);
    expect(json.error).toContain(violation.message);
    expect(violation.message).toMatch(/^\S.*\.$/);
  }
  const isUsable = (field: string) => !faults.some((fault) => fault.startsWith(`${field} `));
  // What is too large is not parsed.
  const content = type === 'too_large' ? null : parsed(place.input.value);
  expect(json.user_id).toEqual((isUsable('user_id') && content?.user_id) || null);
  expect(json.device_id).toEqual((isUsable('device_id') && content?.device_id) || null);
  expect(json.source).toEqual(sourceOf(place, run));
  expect(Object.keys(json.source)).toEqual(['topic', 'partition', 'offset', 'timestamp']);
  expectWithin(run, json.timestamp);
  expect(record?.key).toEqual(place.input.key);
  expectDeadLetterHeaders(record!.headers!, place, run);
}

interface ErrorRecord {
  readonly error_type: string;
  readonly error: string;
  readonly errors: readonly {
    readonly field: string | null;
    readonly rule: string;
    readonly message: string;
  }[];
  readonly user_id: string | null;
  readonly device_id: string | null;
  readonly timestamp: number;
  readonly message_content: unknown;
  readonly source: object;
}

function expectDeadLetterHeaders(headers: RecordHeaders, { input }: Place, run: Run): void {
  const { 'x-dlq-value': value, 'x-dlq-sha256': sha256, ...rest } = headers;
  if (sha256 === undefined) expect(value).toEqual(input.value);
  expect(rest).toMatchObject(input.headers ?? {});
  expect(String(rest['kafka_dlt-original-topic'])).toBe(run.input);
  const added = Object.keys(rest).filter((name) => !Object.hasOwn(input.headers ?? {}, name));
  for (const name of added) expect(name).toMatch(/^(x-dlq-[a-z0-9-]+|kafka_dlt-original-topic)$/);
}

/** The object of a message, as far as there is one. */
function parsed(value: Buffer | null): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value!),
    );
    return typeof json === 'object' && !Array.isArray(json) ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const sourceOf = ({ partition, offset }: Place, { input, arrival }: Run) => ({
  topic: input,
  partition,
  offset,
  timestamp: arrival,
});

function expectWithin({ from, to }: Run, seconds: number): void {
  expect(Number.isInteger(seconds)).toBe(true);
  expect(seconds).toBeGreaterThanOrEqual(from);
  expect(seconds).toBeLessThanOrEqual(to);
}
