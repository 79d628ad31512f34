import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aLogin, LOGIN_FIELDS } from '../pipeline/testing.js';
import { UNKNOWN_FIELDS } from '../profiles/profile.js';
import { compileProjection } from './projection.js';

/** Any string of JavaScript, halves of surrogate pairs included. */
const anyText = fc
  .array(
    fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0x1f, 0x22, 0x5c, 0x7f, 0x2028, 0xd800)),
  )
  .map((units) => String.fromCharCode(...units));

const anyJson = fc.jsonValue();

describe('a projection', () => {
  const fields = [
    'user_id',
    { name: 'renamed "field"\u2028', from: 'locale' },
    'timestamp',
    UNKNOWN_FIELDS,
    { name: 'ip', from: 'private_ip' },
  ];
  const project = compileProjection(fields);

  it('writes what JSON.stringify writes, whatever the values and the unknown fields', () => {
    const unknown = fc.option(
      fc.dictionary(
        anyText.filter((name) => name !== '__proto__' && !/^\d+$/.test(name)),
        anyJson,
        {
          noNullPrototype: false,
        },
      ),
      { nil: null },
    );
    fc.assert(
      fc.property(
        anyText,
        anyText,
        fc.oneof(fc.nat(), fc.double({ noNaN: true }).filter(Number.isFinite), anyText),
        unknown,
        anyText,
        (user_id, locale, timestamp, kept, private_ip) => {
          const login = Object.assign(aLogin({ user_id, locale, timestamp }, {}, kept), { private_ip });
          const ours = { user_id, 'renamed "field"\u2028': locale, timestamp, ip: private_ip };
          const others = Object.entries(kept ?? {}).filter(([name]) => !Object.hasOwn(ours, name));
          const { user_id: first, 'renamed "field"\u2028': second, ...last } = ours;
          const expected = {
            ...{ user_id: first, 'renamed "field"\u2028': second, timestamp: last.timestamp },
            ...Object.fromEntries(others),
            ip: private_ip,
          };
          expect(project(login)).toBe(JSON.stringify(expected));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '',
    'plain',
    '"',
    '\\',
    '\u0000',
    '\n',
    '\u007f',
    '\u2028\u2029',
    '\ud800',
    '\udc00\ud800',
    '😀',
    '\uffff',
  ])('escapes %j as JSON does', (text) => {
    expect(compileProjection(['user_id'])(aLogin({ user_id: text }))).toBe(JSON.stringify({ user_id: text }));
  });

  it.each([
    [NaN, 'null'],
    [-Infinity, 'null'],
    [-0.5, '-0.5'],
    [12n, '12'],
  ])('writes the number %s as JSON can have it', (value, text) => {
    const login = Object.assign(aLogin(), { score: value });
    expect(compileProjection(['score'])(login)).toBe(`{"score":${text}}`);
  });

  it('writes null for a field that is not there', () => {
    expect(compileProjection(['region'])(aLogin())).toBe('{"region":null}');
  });

  it('lets ours win over an unknown field of the same name, in our place', () => {
    const login = aLogin({}, {}, { ip: 'theirs', renamed: 1 });
    expect(compileProjection([UNKNOWN_FIELDS, 'ip'])(login)).toBe('{"renamed":1,"ip":"50.160.200.36"}');
  });

  it('keeps unknown fields with names that are dangerous elsewhere', () => {
    const login = aLogin({}, {}, { constructor: 1, toString: null, 'a"b': [1] });
    expect(compileProjection(['user_id', UNKNOWN_FIELDS])(login)).toBe(
      `{"user_id":"${login.user_id}","constructor":1,"toString":null,"a\\"b":[1]}`,
    );
  });

  it('cannot have two fields of one name', () => {
    expect(() => compileProjection(['ip', { name: 'ip', from: 'private_ip' }])).toThrow('"ip" twice');
  });

  describe('of the input', () => {
    const extra = { zone: { a: [1] }, ip_note: 'x' };
    const login = Object.assign(aLogin({}, {}, extra), { private_ip: '50.160.200.xxx', region: 'South' });
    const received = { ...LOGIN_FIELDS, ...extra };

    it('writes its fields in their order, with what stands in their place', () => {
      const mixed = { timestamp: 17, ip: '50.160.200.36', extra: [1], user_id: 'u' };
      const project = compileProjection([{ input: { ip: 'private_ip' } }]);
      expect(project({ ...login, input: mixed, unknown_fields: { extra: [1] } })).toBe(
        '{"timestamp":17,"ip":"50.160.200.xxx","extra":[1],"user_id":"u"}',
      );
    });

    it('leaves unknown fields out where the login did not keep them', () => {
      const project = compileProjection([{ input: {} }]);
      expect(JSON.parse(project(login))).toEqual(received);
      expect(JSON.parse(project({ ...login, unknown_fields: null }))).toEqual(LOGIN_FIELDS);
    });

    it('gives way to fields of ours with the same name, which stand where the profile has them', () => {
      const project = compileProjection(['region', { input: {} }, { name: 'zone', from: 'locale' }]);
      expect(project(login)).toBe(
        JSON.stringify({ region: 'South', ...LOGIN_FIELDS, ip_note: 'x', zone: login.locale }),
      );
    });

    it.each([
      ['{"a":"}"}', '{"a":"}","region":"South"}'],
      [' {"a" : {}\n} \r\n', ' {"a" : {}\n,"region":"South"} \r\n'],
      ['{"é":"\u2028"}', '{"é":"\u2028","region":"South"}'],
    ])('appends to the bytes %j', (text, expected) => {
      const project = compileProjection([{ input: 'bytes' }, 'region']);
      expect(project({ ...login, raw: { ...login.raw, value: Buffer.from(text) } })).toBe(expected);
    });

    it('has the bytes at the beginning only', () => {
      expect(() => compileProjection(['region', { input: 'bytes' }])).toThrow('must come first');
    });
  });
});
