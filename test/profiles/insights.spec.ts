import { describe, expect, it } from '@jest/globals';
import { REAL_MESSAGES, runProfile } from './profile-run.js';

const SAMPLE = {
  user_id: '424cdd21-063a-43a7-b91b-7ca1a833afae',
  app_version: '2.3.0',
  device_type: 'android',
  ip: '199.172.111.135',
  locale: 'RU',
  device_id: '593-47-5928',
  timestamp: '1694479551',
};

describe('the profile insights', () => {
  it('makes of the sample message the sample output, field for field and in order', async () => {
    const { processed, from, to } = await runProfile('insights', [SAMPLE]);
    const { processed_timestamp, processing_delay_seconds } = processed[0].json as Record<string, number>;
    expect(processed_timestamp).toBeGreaterThanOrEqual(from);
    expect(processed_timestamp).toBeLessThanOrEqual(to);
    expect(String(processed[0].value)).toBe(
      JSON.stringify({
        user_id: '424cdd21-063a-43a7-b91b-7ca1a833afae',
        app_version: '2.3.0',
        device_type: 'android',
        ip: '199.172.111.135',
        locale: 'RU',
        device_id: '593-47-5928',
        timestamp: '1694479551',
        processed_timestamp, // the sample's is of another day, and so is its delay
        // The README has 2023-09-12 15:32:31 and the hour 15, which is this time in no time zone.
        readable_login_time: '2023-09-12 00:45:51',
        processing_delay_seconds,
        day_of_week: 'Tuesday',
        hour_of_day: 0,
        region: 'Europe/Asia',
        app_version_major: 2,
        app_version_minor: 3,
        app_version_patch: 0,
      }),
    );
    expect(processing_delay_seconds).toBe(processed_timestamp - 1694479551);
  });

  it('sends figures at every 10th valid message, each valid message, and each invalid one', async () => {
    const messages = [
      ...Array.from({ length: 9 }, (_, n) => ({ ...SAMPLE, user_id: `user ${n}`, device_type: 'iOS' })),
      { ...SAMPLE, user_id: 'bad', device_id: undefined },
      '{',
      { ...SAMPLE, locale: 'US', app_version: '2.2.1' },
      { ...SAMPLE, user_id: 'the eleventh' },
    ];
    const { processed, errors, metricsRecords } = await runProfile('insights', messages);
    expect([processed.length, errors.length, metricsRecords.length]).toEqual([11, 2, 11 + 2 + 1]);
    const shape = (json: object) => Object.keys(json).join(' ');
    const perMessage = metricsRecords.filter(({ json }) => shape(json) === 'recent_message processing_time');
    expect(perMessage.map(({ json }) => json.recent_message)).toEqual(processed.map(({ json }) => json));
    expect(perMessage.every(({ json }) => (json.processing_time as number) > 0)).toBe(true);

    const invalid = metricsRecords.filter(({ json }) => shape(json) === 'error user_id device_id timestamp');
    expect(invalid.map(({ json }) => json)).toEqual([
      {
        error: expect.stringContaining('device_id'),
        user_id: 'bad',
        device_id: null,
        timestamp: '1694479551',
      },
      { error: expect.stringContaining('JSON'), user_id: null, device_id: null, timestamp: null },
    ]);

    const [bulk, ...more] = metricsRecords.filter(({ json }) => 'device_counts' in json);
    expect(more).toEqual([]);
    expect(bulk.json).toEqual({
      device_counts: { ios: 9, android: 1 },
      locale_counts: { RU: 9, US: 1 },
      app_version_counts: { '2.3.0': 9, '2.2.1': 1 },
      hourly_activity: Object.fromEntries(
        Array.from({ length: 24 }, (_, hour) => [hour, hour === 0 ? 10 : 0]),
      ),
      daily_activity: {
        Monday: 0,
        Tuesday: 10,
        Wednesday: 0,
        Thursday: 0,
        Friday: 0,
        Saturday: 0,
        Sunday: 0,
      },
      processed_count: 10,
      invalid_count: 2,
      processing_time: expect.any(Number),
      recent_message: processed[9].json,
    });
    expect(Object.keys(bulk.json)).toEqual([
      ...['device_counts', 'locale_counts', 'app_version_counts', 'hourly_activity', 'daily_activity'],
      ...['processed_count', 'invalid_count', 'processing_time', 'recent_message'],
    ]);
  });

  it('passes on fields that it does not know, in their place', async () => {
    const { processed } = await runProfile('insights', [
      { first: 1, ...SAMPLE, region: 'theirs', last: { a: [] } },
    ]);
    const names = Object.keys(processed[0].json);
    expect(names.slice(0, 9)).toEqual(['first', ...Object.keys(SAMPLE), 'last']);
    expect(processed[0].json).toMatchObject({ first: 1, last: { a: [] }, region: 'Europe/Asia' });
  });

  it('lets the real messages through', async () => {
    const { processed, filtered, errors, metricsRecords } = await runProfile('insights', REAL_MESSAGES);
    expect(filtered).toEqual([]);
    expect(errors.every(({ json }) => json.error_type === 'missing_fields')).toBe(true);
    expect(metricsRecords).toHaveLength(REAL_MESSAGES.length + Math.floor(processed.length / 10));
    const regions = new Set(processed.map(({ json }) => json.region));
    expect([...regions].sort()).toEqual(['Europe/Asia', 'Midwest', 'Northeast', 'South', 'West']);
  });
});
