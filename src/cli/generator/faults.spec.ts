import { describe, expect, it } from '@jest/globals';
import { isUtf8 } from 'node:buffer';
import { isIP } from 'node:net';
import { FAULTS } from './faults.js';
import { createGenerator } from './generator.js';
import type { LoginFields } from './login-fields.js';

type Fields = Record<keyof LoginFields, unknown>;

const NAMES = ['user_id', 'app_version', 'ip', 'locale', 'device_id', 'timestamp', 'device_type'] as const;

const text = (value: Buffer | null) => (value ?? Buffer.from('(null value)')).toString('utf8');
const parse = (value: Buffer | null) => JSON.parse(text(value)) as Fields;

const RULES: Record<keyof LoginFields, (value: unknown) => boolean> = {
  user_id: (value) => typeof value === 'string' && value.trim() !== '',
  device_id: (value) => typeof value === 'string' && value.trim() !== '',
  device_type: (value) => typeof value === 'string' && value.trim() !== '',
  app_version: (value) => /^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}$/.test(String(value)),
  ip: (value) => isIP(String(value)) > 0 && !String(value).includes('%'),
  locale: (value) => typeof value === 'string' && value.length >= 2 && value.length <= 35,
  timestamp: (value) =>
    (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2_000_000_000) ||
    (typeof value === 'string' && /^[1-9][0-9]{0,11}$/.test(value)),
};

/** The fields that break a rule. */
const badFields = (fields: Fields) => NAMES.filter((name) => !RULES[name](fields[name]));

const isLogin = (value: Buffer | null) => badFields(parse(value)).length === 0;
const hasOnly = (name: keyof LoginFields, is: (value: unknown) => boolean) => (value: Buffer | null) =>
  badFields(parse(value)).join() === name && is(parse(value)[name]);

const CHECKS: Record<string, (value: Buffer | null) => boolean> = {
  missing_device_type: (value) => Object.keys(parse(value)).join() === NAMES.slice(0, 6).join(),
  missing_user_id: (value) => Object.keys(parse(value)).join() === NAMES.slice(1).join(),
  null_field: (value) => {
    const bad = badFields(parse(value));
    return bad.length === 1 && parse(value)[bad[0]] === null;
  },
  blank_user_id: hasOnly('user_id', (id) => typeof id === 'string'),
  bad_ip: hasOnly('ip', (ip) => typeof ip === 'string'),
  bad_app_version: hasOnly('app_version', (version) => typeof version === 'string'),
  timestamp_word: hasOnly('timestamp', (timestamp) => timestamp === 'yesterday'),
  timestamp_negative: hasOnly('timestamp', (timestamp) => Number(timestamp) < 0),
  timestamp_fraction: hasOnly('timestamp', (timestamp) => Number(timestamp) % 1 !== 0),
  timestamp_far_future: hasOnly('timestamp', (timestamp) => Number(timestamp) > 4e9),
  truncated: (value) => text(value).startsWith('{') && throws(() => parse(value)),
  not_utf8: (value) => value !== null && !isUtf8(value) && isLogin(value),
  byte_order_mark: (value) =>
    value?.subarray(0, 3).toString('hex') === 'efbbbf' && isLogin(value.subarray(3)),
  array: (value) => {
    const content: unknown = JSON.parse(text(value));
    return Array.isArray(content) && content.length === 1 && badFields(content[0] as Fields).length === 0;
  },
  empty_value: (value) => value?.length === 0,
  null_value: (value) => value === null,
  proto_key: (value) => Object.keys(parse(value)).includes('__proto__') && isLogin(value),
  too_deep: (value) => /\[{100}/.test(text(value)) && isLogin(value),
};

function throws(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}

describe('the faults', () => {
  const generator = createGenerator({ seed: 3, badPercent: 100, startSeconds: 1_700_000_000, rate: 10 });
  const records = Array.from({ length: 20_000 }, () => generator.next());

  it('are all checked here, and their shares add up to 100 percent', () => {
    expect(FAULTS.map(({ name }) => name).sort()).toEqual(Object.keys(CHECKS).sort());
    expect(FAULTS.reduce((sum, { share }) => sum + share, 0)).toBe(100);
  });

  it.each(FAULTS.map(({ name }) => name))('%s is what it says, and nothing else is wrong', (name) => {
    const values = records.filter(({ kind }) => kind === name).map(({ value }) => value);
    expect(values.length).toBeGreaterThan(100);
    expect(values.filter((value) => !CHECKS[name](value)).map(text)).toEqual([]);
  });

  it('occur by their share', () => {
    for (const { name, share } of FAULTS) {
      const count = records.filter(({ kind }) => kind === name).length;
      expect(Math.abs(count / 200 - share)).toBeLessThan(share > 10 ? 2 : 0.4);
    }
  });
});
