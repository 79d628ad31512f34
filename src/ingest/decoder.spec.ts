import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decode, KEEP, nested, rejection } from './decode.testing.js';

describe('Decoder', () => {
  it('decodes every real message', () => {
    const lines = readFileSync(new URL('../../test/fixtures/real-messages.ndjson', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(79);
    for (const line of lines) expect(decode(line)).toEqual(JSON.parse(line));
  });

  it.each([
    ['an empty object', '{}'],
    ['white space around the object', ' \n{"a":1}\r\n'],
    ['brackets in a string', '{"a":"{[ }"}'],
    ['a BOM inside a string', '{"a":"\ufeff"}'],
    ['a lone surrogate as an escape', '{"a":"\\ud800"}'],
    ['a NUL as an escape', '{"a\\u0000":"\\u0000"}'],
    ['the key constructor', '{"constructor":{"prototype":{"x":1}}}'],
    ['the forbidden key as a value', '{"a":"__proto__"}'],
    ['an empty key', '{"":1}'],
  ])('accepts %s', (_, text) => {
    expect(decode(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['null_value', null, null],
    ['not_utf8', Buffer.from([0x7b, 0xff, 0x7d]), '{\ufffd}'],
    ['not_utf8', Buffer.from([0xff, 0xfe, 0x7b, 0x00]), '\ufffd\ufffd{\0'],
    ['not_utf8', Buffer.from([0xed, 0xa0, 0x80]), '\ufffd\ufffd\ufffd'],
    ['byte_order_mark', '\ufeff{}', '\ufeff{}'],
    ['not_json', '', ''],
    ['not_json', ' ', ' '],
    [
      'not_json',
      '{"message_id": "1", "timestamp": 1609459200',
      '{"message_id": "1", "timestamp": 1609459200',
    ],
    ['not_json', '{"a":NaN}', '{"a":NaN}'],
    ['not_json', '{"a":01}', '{"a":01}'],
    ['not_json', '{"a":"\u0001"}', '{"a":"\u0001"}'],
    ['not_json', '{"a":1}{"b":2}', '{"a":1}{"b":2}'],
    ['not_an_object', '[]', []],
    ['not_an_object', '[{"a":1}]', [{ a: 1 }]],
    ['not_an_object', 'null', null],
    ['not_an_object', '5', 5],
    ['not_an_object', '"text"', 'text'],
    ['not_an_object', 'true', true],
  ] as const)('rejects as %s the value %j with its content', (errorType, value, content) => {
    const rejected = rejection(value);
    expect(rejected.errorType).toBe(errorType);
    expect(rejected.content).toEqual(content);
    expect(rejected.violations).toEqual([{ field: null, rule: errorType, message: expect.any(String) }]);
  });

  it('accepts a value of exactly the greatest size and rejects one byte more', () => {
    expect(decode('{"a":1}', { maxMessageBytes: 7 })).toEqual({ a: 1 });
    const rejected = rejection('{"a":12}', { maxMessageBytes: 7 });
    expect(rejected.errorType).toBe('too_large');
    expect(rejected.content).toBe('{"a":12}');
  });

  it('turns only the start of an enormous value into text', () => {
    const { content } = rejection(Buffer.alloc(8 * 1024 * 1024, 'x'));
    expect(content).toHaveLength(512 * 1024);
  });

  it('lets the last of duplicate keys count, for every rule', () => {
    expect(decode('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(decode(`{"a":${nested(40)},"a":2}`)).toEqual({ a: 2 });
    expect(decode('{"a":{"__proto__":1},"a":2}')).toEqual({ a: 2 });
    expect(decode('{"a":9007199254740993,"a":1e20}', KEEP)).toEqual({ a: 1e20 });
    expect(rejection('{"a":1e20,"a":9007199254740993}', KEEP).errorType).toBe('unsafe_integer');
  });

  describe('forbidden key', () => {
    it.each([
      ['at the top', '{"__proto__":{"admin":true}}'],
      ['with a scalar', '{"__proto__":1}'],
      ['spelt with an escape', '{"\\u005f_proto__":1}'],
      [
        'spelt with escapes throughout',
        '{"\\u005F\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f":1}',
      ],
      ['in an object', '{"a":{"b":{"__proto__":1}}}'],
      ['in an array, with an escape', '{"a":[1,[{"_\\u005fproto__":[]}]]}'],
    ])('is found %s', (_, text) => {
      const rejected = rejection(text);
      expect(rejected.errorType).toBe('forbidden_key');
      expect(JSON.stringify(rejected.content)).toBe(JSON.stringify(JSON.parse(text)));
    });

    it('leaves the prototype of all objects as it was', () => {
      rejection('{"__proto__":{"polluted":true}}');
      expect('polluted' in {}).toBe(false);
    });
  });

  it('lists every reason that it finds, the first as the type', () => {
    const rejected = rejection(`{"__proto__":${nested(40)}}`);
    expect(rejected.errorType).toBe('forbidden_key');
    expect(rejected.violations.map(({ rule }) => rule)).toEqual(['forbidden_key', 'too_deep']);
  });

  it('never repeats the value in a message', () => {
    for (const text of [
      'secret',
      '"secret"',
      '{"secret":',
      '\ufeffsecret',
      nested(40).replace('{}', '"secret"'),
    ]) {
      for (const { message } of rejection(text).violations) expect(message).not.toContain('secret');
    }
  });
});
