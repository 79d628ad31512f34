import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODECS } from '../kafka/codecs.js';
import { RecordSet } from '../kafka/record-set.js';
import { Rejected } from '../pipeline/outcome.js';
import type { RawRecord } from '../pipeline/raw-record.js';
import { aRawRecord } from '../pipeline/testing.js';
import { STANDARD_ERROR_RECORD } from '../profiles/standard-records.js';
import { deadLetter } from './dead-letter.js';

const KIB = 1024;
const OPTIONS = {
  topic: 'in',
  partition: 3,
  now: 1_711_302_640,
  maxValueBytes: 1_024 * KIB,
  maxRecordBytes: 4_096 * KIB,
  fields: STANDARD_ERROR_RECORD,
};
const VIOLATION = { field: null, rule: 'not_json', message: 'The value is not JSON.' };

const rejected = (raw: Partial<RawRecord>, content: unknown = String(raw.value)) =>
  new Rejected(aRawRecord(raw), 'not_json', [VIOLATION], content);

const jsonOf = ({ value }: { value: Buffer | string | null }) =>
  JSON.parse(String(value)) as Record<string, unknown>;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('a dead letter', () => {
  it('carries key, headers and value, and says where the record was', () => {
    const key = Buffer.from([0xff]);
    const value = Buffer.from([0xfe, 0x00]);
    const headers = { traceparent: Buffer.from('t'), many: [Buffer.from('a'), null] };
    const record = deadLetter(rejected({ key, value, headers, offset: '42', timestamp: '17' }), OPTIONS);
    expect(record).toMatchObject({ key, sourceOffset: 42 });
    expect(record.headers).toMatchObject({
      ...headers,
      'x-dlq-value': value,
      'kafka_dlt-original-topic': 'in',
    });
    expect(jsonOf(record)).toEqual({
      error_type: 'not_json',
      error: 'The value is not JSON.',
      errors: [VIOLATION],
      user_id: null,
      device_id: null,
      timestamp: OPTIONS.now,
      message_content: String(value),
      source: { topic: 'in', partition: 3, offset: 42, timestamp: 17 },
    });
  });

  it.each([
    ['a value of the greatest size', 1_024 * KIB, 4_096 * KIB, ['x-dlq-value']],
    ['a greater value', 1_024 * KIB + 1, 4_096 * KIB, ['x-dlq-sha256']],
    ['a value that its topic has no room for', 200 * KIB, 250 * KIB, ['x-dlq-sha256']],
  ])('of %s carries or names it', (_, size, maxRecordBytes, expected) => {
    const value = Buffer.alloc(size, 'x');
    const { headers } = deadLetter(rejected({ value }), { ...OPTIONS, maxRecordBytes });
    expect(Object.keys(headers!).filter((name) => /value|sha256/.test(name))).toEqual(expected);
    if (expected[0] === 'x-dlq-sha256') expect(headers!['x-dlq-sha256']).toBe(sha256(value));
  });

  it('leaves headers out only when there is no room for them, and says how many', () => {
    const headers = { a: Buffer.alloc(90 * KIB), b: null };
    const record = deadLetter(rejected({ value: Buffer.from('x'), headers }), {
      ...OPTIONS,
      maxRecordBytes: 64 * KIB,
    });
    expect(record.headers).not.toHaveProperty('a');
    expect(record.headers).toMatchObject({ 'x-dlq-headers-left-out': '2' });
    const roomy = deadLetter(rejected({ value: Buffer.from('x'), headers }), {
      ...OPTIONS,
      maxRecordBytes: 128 * KIB,
    });
    expect(roomy.headers).toMatchObject({ ...headers, 'x-dlq-value': Buffer.from('x') });
  });

  it('leaves out only a key that its topic has no room for, and says so', () => {
    const raw = { key: Buffer.alloc(63 * KIB), value: Buffer.from('x'), headers: { h: Buffer.from('h') } };
    const options = { ...OPTIONS, maxRecordBytes: 64 * KIB };
    const { key, headers } = deadLetter(rejected(raw), options);
    expect(key).toBeNull();
    expect(headers).toMatchObject({
      ...raw.headers,
      'x-dlq-value': raw.value,
      'x-dlq-key-left-out': '64512 bytes',
    });
    const fitting = deadLetter(rejected({ ...raw, key: Buffer.alloc(50 * KIB) }), options);
    expect(fitting.key).toHaveLength(50 * KIB);
    expect(fitting.headers).not.toHaveProperty('x-dlq-key-left-out');
  });

  it('keeps an ordinary key even in a small topic', () => {
    const key = Buffer.from('a6397988-1649-4859-ae5f-a1407b638ca6');
    for (const maxRecordBytes of [1 * KIB, 4 * KIB])
      for (const each of [key, null])
        expect(deadLetter(rejected({ key: each }), { ...OPTIONS, maxRecordBytes }).key).toBe(each);
  });

  it('fits into its topic, whatever the record: one that did not would stop the stream', async () => {
    const size = fc.oneof(fc.nat(300), fc.nat(100 * KIB));
    const fill = fc.constantFrom('x', '\u0001', '"', 'é', '😀');
    await fc.assert(
      fc.asyncProperty(
        ...([size, size, size, fill, fc.integer({ min: 6 * KIB, max: 300 * KIB })] as const),
        async (keySize, headerSize, valueSize, character, maxRecordBytes) => {
          const value = Buffer.from(character.repeat(valueSize));
          const headers = { h: Buffer.alloc(headerSize), 'x-other': [null, Buffer.alloc(3)] };
          const outcome = rejected({ key: Buffer.alloc(keySize), value, headers });
          const record = deadLetter(outcome, { ...OPTIONS, maxRecordBytes });
          const { bytes } = await RecordSet.encode('err', 0, [record], CODECS.none, 0);
          expect(bytes).toBeLessThanOrEqual(maxRecordBytes);
          const named = record.headers!['x-dlq-sha256'];
          if (named === undefined) expect(record.headers!['x-dlq-value']).toEqual(value);
          else expect(named).toBe(sha256(value));
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    [{ user_id: 'u', device_id: 'd' }, 'u', 'd'],
    [{ user_id: ' ', device_id: 5 }, null, null],
    [{ user_id: 'x'.repeat(129), device_id: '😀'.repeat(128) }, null, '😀'.repeat(128)],
    [{ user_id: '\ud800', device_id: null }, null, null],
    [[], null, null],
    ['text', null, null],
    [null, null, null],
  ])('of %j has the identities that can be searched for', (content, user_id, device_id) => {
    const record = deadLetter(rejected({ value: Buffer.from('x') }, content), OPTIONS);
    expect(jsonOf(record)).toMatchObject({ user_id, device_id });
  });

  it('has no identity that broke a rule', () => {
    const broken = { field: 'user_id', rule: 'too_long', message: 'user_id is too long.' };
    const outcome = new Rejected(aRawRecord(), 'invalid_fields', [broken], { user_id: 'u', device_id: 'd' });
    expect(jsonOf(deadLetter(outcome, OPTIONS))).toMatchObject({ user_id: null, device_id: 'd' });
  });

  it('shows an object as an object, however it was padded', () => {
    const value = Buffer.from(`{"user_id":"u"}${' '.repeat(100 * KIB)}`);
    const json = jsonOf(deadLetter(rejected({ value }, { user_id: 'u' }), OPTIONS));
    expect(json).toMatchObject({ message_content: { user_id: 'u' } });
    expect(json).not.toHaveProperty('truncated');
  });

  it.each(['x', 'é', '😀', '\u0001'])('cuts a long text of %j at 64 KiB, between characters', (character) => {
    const text = `x${character.repeat(70 * KIB)}`;
    const { message_content: shown, truncated } = jsonOf(
      deadLetter(rejected({ value: Buffer.from(text) }), OPTIONS),
    );
    const bytes = Buffer.byteLength(shown as string);
    expect(truncated).toBe(true);
    expect(bytes).toBeLessThanOrEqual(64 * KIB);
    expect(bytes).toBeGreaterThan(64 * KIB - 4);
    expect(text.startsWith(shown as string)).toBe(true);
  });
});
