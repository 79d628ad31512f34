import { describe, expect, it } from '@jest/globals';
import { compileLoginCheck } from './compiled-check.js';
import { loginSchema } from './login-schema.js';
import { LOGIN_FIELDS } from './login.dto.js';
import { aLogin } from './testing.js';
import { violationsOf } from './violations.js';

const isLogin = compileLoginCheck();

/** The rules that fail, as `field:rule`; both forms of the rules must agree on whether there are any. */
function failures(content: Record<string, unknown>): string[] {
  const found = violationsOf(content).map(({ field, rule }) => `${field}:${rule}`);
  expect(isLogin(content)).toBe(found.length === 0);
  return found;
}

const EMOJI = '\u{1f600}';
const TEXT_FIELDS = ['user_id', 'app_version', 'device_type', 'ip', 'locale', 'device_id'];

describe('LoginDto', () => {
  it('has the fields of a login in the order in which they are listed', () => {
    expect(Object.keys(loginSchema().properties as object)).toEqual(LOGIN_FIELDS);
  });

  it.each<[string, unknown[]]>([
    [
      'user_id',
      ['x', '593-47-5928', ' a ', 'x'.repeat(128), EMOJI.repeat(128), '\u200b', '\u0000', '\u180e'],
    ],
    ['device_id', ['x', 'ünï', EMOJI.repeat(128)]],
    ['device_type', ['ANDROID', 'web', EMOJI.repeat(64)]],
    ['app_version', ['0.0.0', '2.3.0', '10.20.30', '999999999.999999999.999999999']],
    ['ip', ['0.0.0.0', '255.255.255.255', '10.1.2.3', '127.0.0.1', '224.0.0.1', '250.1.1.1']],
    [
      'ip',
      [
        '::',
        '::1',
        'FE80::1',
        '2001:db8::',
        '1:2:3:4:5:6:7:8',
        '::ffff:1.2.3.4',
        '1:2:3:4:5:6:1.2.3.4',
        'ff02::1',
      ],
    ],
    ['locale', ['NC', 'RU', 'en-US', '  ', 'x'.repeat(35), EMOJI.repeat(2), EMOJI.repeat(35)]],
    ['timestamp', [1, 1729894075, 1e3, 2 ** 53, 1e300, '1', '1694479551', '999999999999']],
  ])('accepts in %s the values %j', (field, values) => {
    for (const value of values) expect([value, failures(aLogin({ [field]: value }))]).toEqual([value, []]);
  });

  it.each<[string, string, unknown[]]>([
    ['user_id', 'blank', ['', ' ', '\t\r\n', '\ufeff', '\u00a0\u2003\u3000', '\u2028\u2029']],
    ['user_id', 'too_long', ['x'.repeat(129), EMOJI.repeat(129)]],
    ['user_id', 'lone_surrogate', ['\ud800', 'a\udc00', '\udc00\ud800']],
    ['device_type', 'too_long', ['x'.repeat(65)]],
    [
      'app_version',
      'bad_format',
      ['', '2', '2.3', '2.3.0.1', '02.3.0', '2.3.00', '2.3.0 ', '2.3.0\n', 'v2.3.0', '٢.٣.٠'],
    ],
    ['app_version', 'bad_format', ['1234567890.0.0', '2.3.0-beta', '2..0', '-1.0.0', '2,3,0']],
    [
      'ip',
      'not_ip',
      ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.04', ' 1.2.3.4', '1.2.3.4\n', '1.2.3.4\0'],
    ],
    [
      'ip',
      'not_ip',
      ['fe80::1%eth0', '::1%', '[::1]', '1::2::3', ':::', '1:2:3:4:5:6:7', '12345::', '::1/64', '::01.2.3.4'],
    ],
    ['locale', 'too_short', ['', 'x', EMOJI]],
    ['locale', 'too_long', ['x'.repeat(36)]],
    ['timestamp', 'not_integer', [1.5, true, false, {}, [], [1729894075], Infinity]],
    ['timestamp', 'not_positive', [0, -0, -1]],
    [
      'timestamp',
      'bad_format',
      ['', '0', '01', '-1', '+1', '1.0', '1e3', ' 1', '1 ', '1000000000000', 'not_a_timestamp'],
    ],
  ])('rejects in %s as %s the values %j', (field, rule, values) => {
    for (const value of values) {
      expect([value, failures(aLogin({ [field]: value }))]).toEqual([value, [`${field}:${rule}`]]);
    }
  });

  it.each(LOGIN_FIELDS)('says of an absent or null %s only that it is missing', (field) => {
    expect(failures(aLogin({ [field]: undefined }))).toEqual([`${field}:missing`]);
    expect(failures(aLogin({ [field]: null }))).toEqual([`${field}:missing`]);
  });

  it.each(TEXT_FIELDS)('says of a %s of another type only that it is no string', (field) => {
    for (const value of [1, 0, true, {}, [], ['x'], { length: 3 }]) {
      expect(failures(aLogin({ [field]: value }))).toEqual([`${field}:not_string`]);
    }
  });

  it.each(LOGIN_FIELDS)('finds a lone surrogate in %s', (field) => {
    expect(failures(aLogin({ [field]: 'ab\ud83d' }))).toContain(`${field}:lone_surrogate`);
  });

  it('lists every failed rule in the order of the fields and of their rules', () => {
    const content = {
      timestamp: -1.5,
      locale: '\ud800',
      ip: 5,
      user_id: ' '.repeat(129),
      device_id: null,
      app_version: 'x',
    };
    expect(failures(content)).toEqual([
      'user_id:blank',
      'user_id:too_long',
      'app_version:bad_format',
      'device_type:missing',
      'ip:not_string',
      'locale:lone_surrogate',
      'locale:too_short',
      'device_id:missing',
      'timestamp:not_integer',
      'timestamp:not_positive',
    ]);
  });

  it('counts an inherited field as absent', () => {
    expect(failures(Object.create(aLogin()) as Record<string, unknown>)).toHaveLength(LOGIN_FIELDS.length);
    const inherited = Object.assign(Object.create({ user_id: 'x' }), aLogin({ user_id: undefined }));
    expect(failures(inherited)).toEqual(['user_id:missing']);
  });

  it('is not misled by keys that objects have by themselves', () => {
    const keys = { constructor: null, toString: 'x', hasOwnProperty: 1, valueOf: {}, then: 'x' };
    expect(failures(aLogin(keys))).toEqual([]);
    expect(failures(keys)).toHaveLength(LOGIN_FIELDS.length);
  });

  it('never repeats a value, and writes sentences', () => {
    for (const { message } of violationsOf(
      aLogin({ user_id: 'sec\ud800', ip: 'secret', timestamp: 'secret' }),
    )) {
      expect(message).not.toContain('sec\ud800');
      expect(message).not.toContain('secret');
      expect(message).toMatch(/^\w+ (must|is) .*\.$/);
    }
  });
});
