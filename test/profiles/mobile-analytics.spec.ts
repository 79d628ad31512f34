import { describe, expect, it } from '@jest/globals';
import { REAL_MESSAGES, runProfile, textOf } from './profile-run.js';
import type { Sent } from './profile-run.js';

const SAMPLE = {
  user_id: '6ea37cd8-81e4-4583-aff1-3dc033af1361',
  app_version: '2.3.0',
  device_type: 'Android',
  ip: '50.160.200.36',
  locale: 'NC',
  device_id: '2880cde2-9b02-4ca3-87d1-0ba2d16d7919',
  timestamp: '1711302636',
};

/** Another login: nobody's and nothing's of the sample but its version. */
const other = (n: number, overrides: Sent = {}): Sent => ({
  ...{ user_id: `user ${n}`, app_version: '2.3.0', device_type: 'android', ip: '8.8.8.8' },
  ...{ locale: n < 4 ? 'NC' : 'TX', device_id: `device ${n}`, timestamp: 1711302000 + n },
  ...overrides,
});
const others = (count: number) => Array.from({ length: count }, (_, n) => other(n));

describe('the profile mobile-analytics', () => {
  it('makes of the sample message the sample output, field for field and in order', async () => {
    const { processed } = await runProfile('mobile-analytics', [...others(100), SAMPLE]);
    expect(textOf(processed.at(-1)!)).toBe(
      JSON.stringify({
        user_id: '6ea37cd8-81e4-4583-aff1-3dc033af1361',
        app_version: '2.3.0',
        total_logins_for_version: 101,
        ip: '50.160.200.36',
        suspicious_login: false,
        logs_from_multiple_locations: false,
        // The README has 2025-03-24 18:50:36: another year, and an hour ahead of UTC.
        normalized_timestamp: '2024-03-24 17:50:36',
        locale: 'NC',
        total_logins_from_locale: 5,
        device_id: '2880cde2-9b02-4ca3-87d1-0ba2d16d7919',
        shared_device: false,
        device_type: 'android',
        most_common_device_type: 'android',
      }),
    );
  });

  it('flags what its README says, however long ago it was, and filters what is not mobile', async () => {
    const ageAgo = { timestamp: 1_000_000_000 };
    const { processed, filtered } = await runProfile('mobile-analytics', [
      { ...SAMPLE, ...ageAgo },
      { ...SAMPLE, ip: '9.9.9.9' },
      { ...SAMPLE, ip: '9.9.9.9', locale: 'TX' },
      { ...SAMPLE, user_id: 'another', ip: '1.1.1.1' },
      { ...SAMPLE, user_id: 'a third', device_type: 'web' },
      { ...SAMPLE, user_id: 'a third', device_id: 'its own', device_type: 'iOS' },
    ]);
    const flags = processed.map(({ json }) => [
      json.suspicious_login,
      json.logs_from_multiple_locations,
      json.shared_device,
    ]);
    expect(flags).toEqual([
      [false, false, false],
      [true, false, false],
      [true, true, false],
      [false, false, true],
      [false, false, false],
    ]);
    expect(filtered.map(({ json }) => [json.user_id, json.clean_type])).toEqual([
      ['a third', 'filtered_device_type'],
    ]);
    expect(processed.at(-1)!.json).toMatchObject({ device_type: 'ios', most_common_device_type: 'android' });
  });

  it('logs how it performs at every 100th processed message', async () => {
    const { log } = await runProfile('mobile-analytics', [...others(250), 'not json']);
    const report =
      /Processed (\d+) messages: throughput [\d.]+ messages\/s, average latency [\d.]+ ms, CPU [\d.]+ %, memory \d+ MiB, errors \d+/g;
    expect([...log.matchAll(report)].map(([, count]) => count)).toEqual(['100', '200']);
  });

  it('lets the real messages through, copies included', async () => {
    const { processed, filtered, errors } = await runProfile('mobile-analytics', REAL_MESSAGES);
    expect([filtered.length, errors.every(({ json }) => json.error_type === 'missing_fields')]).toEqual([
      0,
      true,
    ]);
    expect(processed.length + errors.length).toBe(REAL_MESSAGES.length);
    const last = processed.at(-1)!.json;
    expect(last.total_logins_for_version).toBe(processed.length);
  });
});
