import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ReadRecord } from '../support/kafka.js';
import { message, runService } from './run.js';
import type { Input, Run } from './run.js';

const MIB = 1_048_576;
const LIMIT = 64 * 1024;
const LOGIN =
  '{"user_id":"u","app_version":"2.3.0","ip":"1.2.3.4","locale":"NC","device_id":"d","timestamp":1729894075,"device_type":"ios"}';

const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);
const withMember = (member: string) => `${LOGIN.slice(0, -1)},${member}}`;
const ofSize = (size: number) => `{"user_id":"${'x'.repeat(size - 14)}"}`;

/** Values that must not stop the stream → the type of their error. */
const HOSTILE: Readonly<Record<string, readonly [type: string, value: string | Buffer | null]>> = {
  'invalid UTF-8': ['not_utf8', Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d])],
  'a cut-off UTF-8 sequence': ['not_utf8', Buffer.from('{"user_id":"é"}').subarray(0, 13)],
  'a surrogate in UTF-8': ['not_utf8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  truncated: ['not_json', LOGIN.slice(0, 50)],
  'a byte order mark': ['byte_order_mark', `\ufeff${LOGIN}`],
  'a null value': ['null_value', null],
  'an empty value': ['not_json', ''],
  'a NUL byte': ['not_json', '\0'],
  'white space': ['not_json', ' \r\n\t'],
  'two objects': ['not_json', LOGIN + LOGIN],
  'an array': ['not_an_object', `[${LOGIN}]`],
  'a number': ['not_an_object', '1e400'],
  'the word null': ['not_an_object', 'null'],
  'a key __proto__': ['forbidden_key', withMember('"__proto__":{"admin":true}')],
  'a hidden key __proto__': ['forbidden_key', withMember('"a":[{"\\u005f_proto__":1}]')],
  'arrays 100,000 deep': ['not_an_object', nested('[', ']', 100_000)],
  'objects 100,000 deep': ['too_deep', `{"a":${nested('{"a":', '}', 99_999).replace('":}', '":1}')}}`],
  'a lone surrogate': ['invalid_fields', LOGIN.replace('"u"', '"\\ud800"')],
  'a huge number': ['invalid_fields', LOGIN.replace('1729894075', '1e999')],
  'a long integer': ['future_timestamp', LOGIN.replace('1729894075', '9'.repeat(300))],
  'control characters': ['missing_fields', JSON.stringify({ user_id: '\u0000\u001f\u2028\u007f' })],
  '64 KiB': ['missing_fields', ofSize(LIMIT)],
  '64 KiB and a byte': ['missing_fields', ofSize(LIMIT + 1)],
  '64 KiB of control characters': ['not_json', '\u0001'.repeat(LIMIT + 1)],
  'wide characters across the cut': ['not_json', `x${'😀'.repeat(LIMIT)}`],
  '1 MiB': ['missing_fields', ofSize(MIB)],
  '1 MiB and a byte': ['too_large', ofSize(MIB + 1)],
  '3 MiB of nothing': ['too_large', Buffer.alloc(3 * MIB)],
};

const HEADERS = { traceparent: Buffer.from('00-aa-bb-01'), many: [Buffer.from([0xff]), null], none: null };

describe('a dead letter', () => {
  let run: Run;
  const byName = new Map<string, { input: Input; error: ReadRecord }>();
  const shown = (name: string) => byName.get(name)!.error.json;

  beforeAll(async () => {
    const inputs = Object.entries(HOSTILE).map(([name, [, value]]) => ({
      ...message(value, Buffer.from(`\xff${name}`, 'latin1')),
      headers: HEADERS,
    }));
    run = await runService({
      partitions: [[message(LOGIN), ...inputs, message(LOGIN)]],
      topicConfig: { 'max.message.bytes': String(16 * MIB) },
    });
    Object.keys(HOSTILE).forEach((name, index) =>
      byName.set(name, { input: inputs[index], error: run.errors[index] }),
    );
  });

  it('is written for every hostile value, and the stream goes on', () => {
    expect(run.errors).toHaveLength(Object.keys(HOSTILE).length);
    expect(run.processed.map(({ json }) => json.total_logins_for_version)).toEqual([1, 2]);
  });

  it.each(Object.keys(HOSTILE))('gives back the bytes, the key and the headers of %s', (name) => {
    const { input, error } = byName.get(name)!;
    const headers = error.headers!;
    expect(error.json.error_type).toBe(HOSTILE[name][0]);
    expect(error.key).toEqual(input.key);
    expect(headers).toMatchObject(HEADERS);
    if (error.json.error_type === 'too_large') {
      expect(headers).not.toHaveProperty('x-dlq-value');
      expect(String(headers['x-dlq-sha256'])).toBe(createHash('sha256').update(input.value!).digest('hex'));
    } else {
      expect(headers).not.toHaveProperty('x-dlq-sha256');
      const value = headers['x-dlq-value'] as Buffer | null;
      expect(value === null || input.value === null ? value === input.value : value.equals(input.value)).toBe(
        true,
      );
    }
  });

  it('shows the object where there is one, and else the text', () => {
    expect(shown('a key __proto__').message_content).toEqual(
      JSON.parse(withMember('"__proto__":{"admin":true}')),
    );
    expect(shown('a lone surrogate').message_content).toMatchObject({ user_id: '\ud800' });
    expect(shown('truncated').message_content).toBe(LOGIN.slice(0, 50));
    expect(shown('a null value').message_content).toBeNull();
    expect(shown('64 KiB')).toMatchObject({ message_content: { user_id: 'x'.repeat(LIMIT - 14) } });
  });

  it.each(['64 KiB', 'truncated', 'a null value', 'control characters'])('shows the whole of %s', (name) => {
    expect(shown(name)).not.toHaveProperty('truncated');
  });

  it.each([
    '64 KiB and a byte',
    'arrays 100,000 deep',
    'objects 100,000 deep',
    '64 KiB of control characters',
    'wide characters across the cut',
    '1 MiB',
    '1 MiB and a byte',
    '3 MiB of nothing',
  ])('cuts %s at 64 KiB and says so', (name) => {
    const { message_content: content, truncated } = shown(name) as {
      message_content: string;
      truncated?: boolean;
    };
    expect(truncated).toBe(true);
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(LIMIT);
    expect(Buffer.byteLength(content)).toBeGreaterThan(LIMIT - 4);
    expect(String(byName.get(name)!.input.value).startsWith(content)).toBe(true);
    expect(content).not.toMatch(/[\ud800-\udfff]$/u);
  });
});
