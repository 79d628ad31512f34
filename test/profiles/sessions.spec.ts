import { describe, expect, it } from '@jest/globals';
import { STANDARD_SUMMARY } from '../../src/profiles/standard-records.js';
import { REAL_MESSAGES, runProfile } from './profile-run.js';
import type { Sent } from './profile-run.js';

const LOGIN = {
  user_id: 'u',
  app_version: '2.3.0',
  ip: '192.168.7.9',
  locale: 'NV',
  device_id: 'd',
  timestamp: '1729741922',
  device_type: 'iOS',
};

describe('the profile sessions', () => {
  it('writes its fields in order, as received and with their session', async () => {
    const at = (seconds: number, overrides: Sent = {}) => ({
      ...LOGIN,
      timestamp: 1729741922 + seconds,
      ...overrides,
    });
    const { processed, from, to } = await runProfile('sessions', [
      LOGIN,
      at(1800),
      at(1800 + 1801),
      at(0, { user_id: 'v', ip: '8.8.8.8' }),
    ]);
    expect(processed.map(({ json }) => [json.user_id, json.session_count])).toEqual([
      ['u', 1],
      ['u', 1],
      ['u', 2],
      ['v', 1],
    ]);
    const [first, second, third] = processed.map(({ json }) => json.session_id);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect([second === first, third === first]).toEqual([true, false]);
    const { processed_timestamp } = processed[0].json as { processed_timestamp: string };
    expect(processed_timestamp).toBe(new Date(processed_timestamp).toISOString());
    expect(Date.parse(processed_timestamp)).toBeGreaterThanOrEqual(from * 1000);
    expect(Date.parse(processed_timestamp)).toBeLessThan((to + 1) * 1000);
    expect(String(processed[0].value)).toBe(
      JSON.stringify({
        user_id: 'u',
        app_version: '2.3.0',
        device_type: 'iOS',
        ip: '192.168.7.9',
        ip_category: 'private',
        ip_country: null,
        locale: 'NV',
        device_id: 'd',
        original_timestamp: '1729741922',
        processed_timestamp,
        hour_of_day: 3,
        day_of_week: 'Thursday',
        session_id: first,
        session_count: 1,
      }),
    );
    expect(processed[3].json).toMatchObject({ ip_category: 'public', ip_country: 'US' });
  });

  it('summarizes at every 100th processed message, and says the same in the log', async () => {
    const many = Array.from({ length: 250 }, (_, n) => ({ ...LOGIN, user_id: `user ${n % 50}` }));
    const { summaries, log } = await runProfile('sessions', many);
    expect(summaries.map(({ json }) => [json.processed_count, json.unique_users])).toEqual([
      [100, 50],
      [200, 50],
    ]);
    for (const { value, json } of summaries) {
      expect(Object.keys(json)).toEqual(STANDARD_SUMMARY);
      expect(log).toContain(JSON.stringify(`Summary ${String(value)}`).slice(1, -1));
    }
  });

  it('lets the real messages through', async () => {
    const { processed, filtered, errors } = await runProfile('sessions', REAL_MESSAGES);
    expect(filtered).toEqual([]);
    expect(errors.every(({ json }) => json.error_type === 'missing_fields')).toBe(true);
    expect(processed.every(({ json }) => json.session_count === 1)).toBe(true);
  });
});
