import { describe, expect, it } from '@jest/globals';
import { recordJson } from './record-json.js';
import { readValue } from './record-value.js';
import { rawRecord } from './testing.js';

const lineOf = (record: Parameters<typeof rawRecord>[0]): string => {
  const whole = rawRecord(record);
  return recordJson(whole, 'logins', 3, readValue(whole.value));
};
const parsed = (record: Parameters<typeof rawRecord>[0]) =>
  JSON.parse(lineOf(record)) as Record<string, unknown>;
const value = (text: string | Buffer) => parsed({ value: Buffer.from(text as string) });

describe('a record as a line of JSON', () => {
  it('has position, time, key, headers and value', () => {
    expect(
      parsed({
        key: Buffer.from('k'),
        headers: { traceparent: Buffer.from('00-1'), tag: [Buffer.from('a'), null] },
        value: Buffer.from('{"a": 1}'),
      }),
    ).toEqual({
      topic: 'logins',
      partition: 3,
      offset: 7,
      timestamp: 1700000000123,
      key: 'k',
      headers: { traceparent: '00-1', tag: ['a', null] },
      value: { a: 1 },
    });
  });

  it('has the value as it is: digits, duplicate keys, order', () => {
    const text = '{"b": 12345678901234567890, "a": 1.0, "a": 1e5, "__proto__": {}}';
    expect(lineOf({ value: Buffer.from(text) })).toContain(`"value":${text}}`);
  });

  it('is one line, whatever white space the value has', () => {
    const line = lineOf({ value: Buffer.from('\n{\r\n\t"a": "x\\ny"\n}\n') });
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({ value: { a: 'x\ny' } });
  });

  it.each([
    ['cut {"off', { value: 'cut {"off', value_encoding: 'text' }],
    ['', { value: '', value_encoding: 'text' }],
    ['\ufeff{}', { value: '\ufeff{}', value_encoding: 'text' }],
    [Buffer.from([0x7b, 0xd6]), { value: 'e9Y=', value_encoding: 'base64' }],
  ])('says what a value that is not JSON is: %j', (bytes, expected) => {
    expect(value(bytes)).toMatchObject(expected);
  });

  it('tells a null value from the JSON null', () => {
    expect(parsed({ value: null })).toMatchObject({ value: null, value_encoding: 'none' });
    expect(value('null')).toMatchObject({ value: null });
    expect(value('null')).not.toHaveProperty('value_encoding');
  });

  it('has keys and headers that are not UTF-8 in base64', () => {
    const bytes = Buffer.from([0xff, 0]);
    expect(parsed({ key: bytes, headers: { 'x-dlq-value': bytes } })).toMatchObject({
      key: { base64: '/wA=' },
      headers: { 'x-dlq-value': { base64: '/wA=' } },
    });
  });

  it('has no control characters, which a terminal would obey, and is still the same JSON', () => {
    const line = lineOf({ key: Buffer.from('\u009b2J'), value: Buffer.from('{"a":"\u009b31m\u202e"}') });
    expect(line).not.toMatch(/[\u007f-\u009f\u202e]/);
    expect(JSON.parse(line)).toMatchObject({ key: '\u009b2J', value: { a: '\u009b31m\u202e' } });
  });
});
