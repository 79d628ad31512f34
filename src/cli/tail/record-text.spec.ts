import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { painter } from '../support/terminal.js';
import { recordText } from './record-text.js';
import { readValue } from './record-value.js';
import { rawRecord } from './testing.js';

const COLOURED = painter({ isTTY: true }, {});
const PLAIN = painter({ isTTY: false }, {});

function text(record: Parameters<typeof rawRecord>[0], paint = PLAIN): string {
  const whole = rawRecord(record);
  return recordText(whole, 3, readValue(whole.value), paint);
}

const LOGIN = '{"user_id": "a\\"b", "n": -1.5e3, "ok": true, "none": null, "list": ["x", 2]}';

describe('a record for people', () => {
  it('has a line with position, time, key and headers, and a line with the value', () => {
    const headers = { traceparent: Buffer.from('00-1'), tag: ['a', null] };
    expect(text({ key: Buffer.from('k'), headers, value: Buffer.from(LOGIN) })).toBe(
      `3@7  2023-11-14T22:13:20.123Z  k  traceparent=00-1  tag=a  tag=null\n${LOGIN}\n`,
    );
  });

  it('is the same in colours', () => {
    const record = { key: Buffer.from('k'), value: Buffer.from(LOGIN) };
    const coloured = text(record, COLOURED);
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(text(record));
  });

  it.each([
    [null, '(null)'],
    ['', '(not JSON) '],
    ['no\nJSON\u001b[2J', '(not JSON) no\\u000aJSON\\u001b[2J'],
    [Buffer.from([0xff]), '(not UTF-8, base64) /w=='],
    ['{\n\t"a":\r\n1}', '{ "a": 1}'],
    ['{"a":"\u009b31m"}', '{"a":"\\u009b31m"}'],
  ])('shows the value %j as one harmless line', (value, shown) => {
    const lines = text({ value: value === null ? null : Buffer.from(value as string) }).split('\n');
    expect(lines).toEqual([expect.stringContaining('(no key)'), shown, '']);
  });

  it('cuts long keys and headers, and shows bytes in base64', () => {
    const [line] = text({ key: Buffer.alloc(200, 'k'), headers: { h: Buffer.from([0xff]) } }).split('\n');
    expect(line).toContain(`  ${'k'.repeat(120)}…  h=base64:/w==`);
  });

  it('takes a value of a megabyte of escapes', () => {
    const value = JSON.stringify({ a: '"\\'.repeat(250_000) });
    expect(text({ value: Buffer.from(value) }, COLOURED).length).toBeGreaterThan(value.length);
  });
});
