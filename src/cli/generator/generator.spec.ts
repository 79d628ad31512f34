import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { BlockList, isIPv4 } from 'node:net';
import type { GeneratorOptions } from './generator.js';
import { createGenerator, createLiveGenerator } from './generator.js';
import type { GeneratedRecord } from './generated-record.js';
import type { LoginFields } from './login-fields.js';
import { toLine } from './to-line.js';

const START = 1_700_000_000;
const DEFAULTS: GeneratorOptions = { seed: 1, startSeconds: START, rate: 50 };

function generate(count: number, options: Partial<GeneratorOptions> = {}): GeneratedRecord[] {
  const generator = createGenerator({ ...DEFAULTS, ...options });
  return Array.from({ length: count }, () => generator.next());
}

const lines = (records: GeneratedRecord[]) => records.map((record) => toLine(record).toString('latin1'));
const withoutTimestamp = (line: string) => line.replace(/"timestamp": "?-?[\d.]+/, '"timestamp": ');
const parse = ({ value }: GeneratedRecord) => JSON.parse(String(value)) as LoginFields;
const share = <T>(values: readonly T[], is: (value: T) => boolean) =>
  values.filter(is).length / values.length;

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}

const records = generate(50_000);
const logins = records.filter(({ kind }) => kind === 'valid').map(parse);

describe('the generator', () => {
  it('gives the same records for the same options', () => {
    expect(generate(1_000)).toEqual(generate(1_000));
  });

  it('gives records that never change, unless this hash is changed on purpose', () => {
    const hash = createHash('sha256');
    for (const record of generate(1_000))
      hash.update(String(record.key)).update(record.kind).update(toLine(record));
    expect(hash.digest('hex')).toBe('945f74c83a3b365653e696540ae7fe4d35095f06abcaab4afc21d456d29ebb70');
  });

  it.each([{ startSeconds: START + 86_400_000 }, { rate: 0.5 }, { rate: 100_000 }])(
    'changes only the timestamps with %j',
    (change) => {
      const expected = lines(generate(5_000));
      const actual = lines(generate(5_000, change));
      expect(actual.map(withoutTimestamp)).toEqual(expected.map(withoutTimestamp));
      expect(actual).not.toEqual(expected);
    },
  );

  it('changes only the timestamps with a clock that stands still, jumps or goes back', () => {
    const expected = lines(generate(5_000));
    const clock = [START, START + 7_200, START - 86_400];
    let asked = 0;
    const generator = createLiveGenerator({ seed: 1 }, () => clock[Math.floor(asked++ / 1_700)]);
    const actual = lines(Array.from({ length: 5_000 }, () => generator.next()));
    expect(asked).toBe(5_000);
    expect(actual.map(withoutTimestamp)).toEqual(expected.map(withoutTimestamp));
  });

  it.each([
    [1, 1, 300],
    [100, 100, 400],
    [20_000, 5_000, 20_400],
  ])('has, of %d users at the beginning, from %d to %d in 20,000 logins', (users, least, most) => {
    const ids = generate(20_000, { users, badPercent: 0 }).map((record) => parse(record).user_id);
    expect(new Set(ids).size).toBeGreaterThanOrEqual(least);
    expect(new Set(ids).size).toBeLessThanOrEqual(most);
  });

  it('gives other records for another seed', () => {
    const others = new Set(lines(generate(1_000, { seed: 2, badPercent: 0 })));
    expect(lines(generate(1_000, { badPercent: 0 })).filter((line) => others.has(line))).toEqual([]);
  });

  it.each([0, 5, 50, 100])('has %d percent bad records, mostly without a device type', (badPercent) => {
    const kinds = generate(20_000, { badPercent }).map(({ kind }) => kind);
    const bad = kinds.filter((kind) => kind !== 'valid' && kind !== 'redelivered');
    expect(Math.abs((bad.length / kinds.length) * 100 - badPercent)).toBeLessThan(1);
    if (badPercent > 0) expect(share(bad, (kind) => kind === 'missing_device_type')).toBeGreaterThan(0.75);
  });

  it.each([
    { badPercent: -1 },
    { badPercent: 101 },
    { badPercent: NaN },
    { rate: 0 },
    { rate: Infinity },
    { startSeconds: 0 },
    { startSeconds: START + 0.5 },
    { seed: 0.5 },
    { users: 0 },
    { users: 1.5 },
    { users: 100_001 },
  ])('rejects %j', (options) => {
    expect(() => createGenerator({ ...DEFAULTS, ...options })).toThrow(RangeError);
  });
});

describe('the records', () => {
  it('have the fields in the order and spacing of real traffic', () => {
    for (const record of records.filter(({ kind }) => kind === 'valid').slice(0, 1_000)) {
      expect(String(record.value)).toMatch(
        /^\{"user_id": "[^"]+", "app_version": "[^"]+", "ip": "[^"]+", "locale": "[^"]+", "device_id": "[^"]+", "timestamp": "?\d{10}"?, "device_type": "[^"]+"\}$/,
      );
    }
  });

  it('have random keys', () => {
    const fresh = records.filter(({ kind }) => kind !== 'redelivered').map(({ key }) => String(key));
    expect(new Set(fresh).size).toBe(fresh.length);
    expect(fresh[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('have a trace context in a few headers', () => {
    const traced = records.filter(({ headers }) => headers);
    expect(Math.abs(traced.length / records.length - 0.02)).toBeLessThan(0.005);
    for (const { headers } of traced) {
      expect(String(headers?.traceparent)).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    }
  });

  it('are redelivered with identical bytes shortly after, some with the same key and some with another', () => {
    expect(Math.abs(share(records, ({ kind }) => kind === 'redelivered') - 0.005)).toBeLessThan(0.002);
    const sameKey = records.flatMap((record, index) => {
      if (record.kind !== 'redelivered') return [];
      const earlier = records.slice(Math.max(0, index - 100), index).filter(({ kind }) => kind === 'valid');
      const original = earlier.find(({ value }) => record.value && value?.equals(record.value));
      expect(original).toBeDefined();
      return [String(original?.key) === String(record.key)];
    });
    expect(Math.abs(share(sameKey, (same) => same) - 0.5)).toBeLessThan(0.2);
  });

  it.each([0.5, 50, 100_000])('are never identical by accident at %d per second', (rate) => {
    const values = generate(50_000, { rate })
      .filter(({ kind }) => kind === 'valid')
      .map(({ value }) => String(value));
    expect(new Set(values).size).toBe(values.length);
  });

  it('come mostly on time, some of them late, none early', () => {
    const late = records
      .map((record, index) => ({ record, now: START + Math.floor(index / DEFAULTS.rate) }))
      .filter(({ record }) => record.kind === 'valid')
      .map(({ record, now }) => now - Number(parse(record).timestamp));
    expect(Math.min(...late)).toBe(0);
    expect(share(late, (seconds) => seconds > 15)).toBeGreaterThan(0.01);
    expect(share(late, (seconds) => seconds > 60)).toBeGreaterThan(0.004);
    expect(share(late, (seconds) => seconds > 2)).toBeLessThan(0.1);
    expect(Math.max(...late)).toBeLessThan(1_800);
  });
});

describe('the logins', () => {
  const byUser = groupBy(logins, ({ user_id }) => user_id);
  const distinct = (values: readonly LoginFields[], field: keyof LoginFields) =>
    new Set(values.map((login) => login[field])).size;

  it('are those of users who come again, some much more often than others', () => {
    const counts = [...byUser.values()].map((group) => group.length).sort((a, b) => b - a);
    expect(byUser.size).toBeGreaterThan(2_000);
    expect(byUser.size).toBeLessThan(4_000);
    expect(share(counts, (count) => count > 1)).toBeGreaterThan(0.8);
    expect(counts[0] / logins.length).toBeLessThan(0.02);
    expect(counts[0]).toBeGreaterThan(10 * counts[counts.length >> 1]);
  });

  it('repeat users within the first thousand, so that a short run has something to find', () => {
    const first = groupBy(logins.slice(0, 1_000), ({ user_id }) => user_id);
    expect(share([...first.values()], (group) => group.length > 1)).toBeGreaterThan(0.3);
  });

  it('let new users appear', () => {
    const early = new Set(logins.slice(0, 40_000).map(({ user_id }) => user_id));
    const late = new Set(logins.slice(40_000).map(({ user_id }) => user_id));
    expect([...late].filter((user) => !early.has(user)).length).toBeGreaterThan(20);
  });

  it('move between addresses and places, but mostly stay', () => {
    const frequent = [...byUser.values()].filter((group) => group.length >= 10);
    expect(share(frequent, (group) => distinct(group, 'ip') > 1)).toBeGreaterThan(0.5);
    const travelled = share(frequent, (group) => distinct(group, 'locale') > 1);
    expect(travelled).toBeGreaterThan(0.1);
    expect(travelled).toBeLessThan(0.9);
    const repeated = groupBy(logins, ({ user_id, ip }) => `${user_id} ${ip}`).size;
    expect(repeated).toBeLessThan(logins.length / 3);
  });

  it('share some devices between users', () => {
    const users = [...groupBy(logins, ({ device_id }) => device_id).values()].map((group) =>
      distinct(group, 'user_id'),
    );
    const shared = share(users, (count) => count > 1);
    expect(shared).toBeGreaterThan(0.005);
    expect(shared).toBeLessThan(0.1);
  });

  it('have the shares of real traffic', () => {
    expect(share(logins, ({ app_version }) => app_version === '2.3.0')).toBeGreaterThan(0.85);
    expect(share(logins, ({ device_type }) => /^(android|iOS)$/.test(device_type))).toBeGreaterThan(0.9);
    expect(new Set(logins.map(({ device_type }) => device_type))).toEqual(
      new Set(['android', 'iOS', 'Android', 'web', 'desktop']),
    );
    expect(share(logins, ({ locale }) => /^[A-Z]{2}$/.test(locale))).toBeGreaterThan(0.9);
    expect(
      logins.some(({ locale }) => locale === 'RU') && logins.some(({ locale }) => locale === 'de-DE'),
    ).toBe(true);
    expect(share(logins, ({ timestamp }) => typeof timestamp === 'number')).toBeGreaterThan(0.9);
    expect(logins.some(({ timestamp }) => typeof timestamp === 'string')).toBe(true);
  });

  it('have addresses over the whole space: 14 percent of IPv4 is special, and some are IPv6', () => {
    const special = new BlockList();
    for (const [network, prefix] of [
      ['0.0.0.0', 8],
      ['10.0.0.0', 8],
      ['127.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['224.0.0.0', 3],
    ] as const) {
      special.addSubnet(network, prefix);
    }
    const addresses = [...new Set(logins.map(({ ip }) => ip))];
    const v4 = addresses.filter((ip) => isIPv4(ip));
    expect(Math.abs(share(v4, (ip) => special.check(ip)) - 0.14)).toBeLessThan(0.02);
    expect(Math.abs(share(addresses, (ip) => ip.includes(':')) - 0.03)).toBeLessThan(0.015);
  });
});
