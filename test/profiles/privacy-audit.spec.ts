import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { REAL_MESSAGES, runProfile, textOf } from './profile-run.js';

const NOW = Math.floor(Date.now() / 1000);
const LOGIN = {
  user_id: '63cd3c70-6c44-4971-9fc9-6c45612f31c9',
  app_version: '2.3.0',
  ip: '91.42.227.164',
  locale: 'NV',
  device_id: '93f1cd25-fe64-4f2c-b574-f6c0345c3c8a',
  timestamp: NOW,
  device_type: 'iOS',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hidden = { ip: '91.42.227.xxx', device_id: sha256(LOGIN.device_id) };

describe('the profile privacy-audit', () => {
  it('passes the input on in its order, masked and hashed, everything else as received', async () => {
    const sent = { zone: [1.5, { a: null }], ...LOGIN, note: 'x' };
    const { processed, metricsRecords, from, to } = await runProfile('privacy-audit', [LOGIN, sent]);
    expect(processed.map(textOf)).toEqual([
      JSON.stringify({ ...LOGIN, ...hidden }),
      JSON.stringify({ ...sent, ...hidden }),
    ]);
    expect(processed.map(({ key }) => String(key))).toEqual([LOGIN.user_id, LOGIN.user_id]);
    for (const { json } of metricsRecords) {
      const { message_details } = json as { message_details: Record<string, unknown>[] };
      expect(Object.keys(message_details[0])).toEqual([
        'message_id',
        'processing_time',
        'topic',
        'timestamp',
      ]);
      expect(message_details[0].timestamp).toBeGreaterThanOrEqual(from);
      expect(message_details[0].timestamp).toBeLessThan(to + 1);
      expect(message_details[0].processing_time).toBeCloseTo(Number(message_details[0].timestamp) - NOW, 2);
    }
  });

  it('writes one metrics record for every message, whatever became of it, that says where it went', async () => {
    const arrival = NOW * 1000;
    const messages = [
      { ...LOGIN, user_id: 'good' },
      { ...LOGIN, user_id: 'other version', app_version: '2.3.1' },
      { ...LOGIN, user_id: 'just young enough', timestamp: NOW - 60 },
      { ...LOGIN, user_id: 'too old', timestamp: String(NOW - 61) },
      { ...LOGIN, user_id: null },
      { ...LOGIN, user_id: 'no device', device_type: undefined, locale: null },
      { ...LOGIN, user_id: 'bad', ip: 'x', timestamp: 'y', locale: '' },
      '{"truncated": ',
      null,
    ];
    const run = await runProfile('privacy-audit', messages, { arrival });
    const { processed, filtered, errors, metricsRecords } = run;
    expect(filtered.map(({ json }) => [json.user_id, json.clean_type])).toEqual([
      ['other version', 'filtered_app_version'],
      ['too old', 'filtered_age'],
    ]);
    expect(filtered.map(({ json }) => json.message_content)).toEqual([
      { ...LOGIN, ...hidden, user_id: 'other version', app_version: '2.3.1' },
      { ...LOGIN, ...hidden, user_id: 'too old', timestamp: String(NOW - 61) },
    ]);
    for (const { json } of filtered)
      expect(Object.keys(json)).toEqual(['user_id', 'message_content', 'clean_type', 'timestamp', 'source']);
    for (const { json } of errors)
      expect(Object.keys(json)).toEqual(['user_id', 'error_type', 'message_content', 'timestamp', 'source']);
    expect(errors.map(({ json }) => [json.user_id, json.error_type])).toEqual([
      ['Unknown', 'Missing user_id'],
      ['no device', 'Missing fields: device_type, locale'],
      ['bad', 'Invalid fields: ip, timestamp, locale'],
      ['Unknown', expect.stringMatching(/^Message parsing error: The value is not JSON/)],
      ['Unknown', expect.stringMatching(/^Message parsing error: The record has no value/)],
    ]);
    const topics = ['processed', 'filtered', 'errors'] as const;
    expect(topics.map((outcome) => run[outcome].length)).toEqual([2, 2, 5]);
    expect(processed.map(({ json }) => json.user_id)).toEqual(['good', 'just young enough']);
    const details = metricsRecords.map(({ json }) => (json as { message_details: Detail[] }).message_details);
    expect(details.every((list) => list.length === 1)).toBe(true);
    expect(details.map(([{ message_id, topic }]) => [message_id, topic.slice(-3)])).toEqual([
      ['good', 'out'],
      ['other version', 'fil'],
      ['just young enough', 'out'],
      ['too old', 'fil'],
      ['Unknown', 'err'],
      ['no device', 'err'],
      ['bad', 'err'],
      ['Unknown', 'err'],
      ['Unknown', 'err'],
    ]);
    expect(details.map(([{ processing_time }]) => processing_time === null)).toEqual([
      ...[false, false, false, false, false, false],
      ...[true, true, true],
    ]);
  });

  it('summarizes at every 1000th processed message', async () => {
    const many = Array.from({ length: 1_049 }, (_, n) => ({
      ...LOGIN,
      ...(n % 21 === 20 && { app_version: '9.9.9' }),
      device_type: n % 2 === 0 ? 'iOS' : 'android',
    }));
    const { summaries } = await runProfile('privacy-audit', many, { arrival: NOW * 1000 });
    expect(summaries.map(({ json }) => json)).toEqual([
      {
        total_received_count: 1_049,
        processed_count: 1_000,
        filtered_count: 49,
        device_type_counts: { ios: 500, android: 500 },
        locale_counts: { NV: 1_000 },
      },
    ]);
  });

  it('filters the real messages by their age', async () => {
    const times = REAL_MESSAGES.map((line) =>
      Number((JSON.parse(String(line)) as Partial<typeof LOGIN>).timestamp),
    );
    const arrival = Math.max(...times.filter(Number.isFinite)) * 1000;
    const { processed, filtered, errors, metricsRecords } = await runProfile('privacy-audit', REAL_MESSAGES, {
      arrival,
    });
    const young = ({ timestamp }: Partial<typeof LOGIN>) => arrival / 1000 - Number(timestamp) <= 60;
    const valid = REAL_MESSAGES.map((line) => JSON.parse(String(line)) as Partial<typeof LOGIN>).filter(
      ({ device_type }) => device_type !== undefined,
    );
    expect(processed).toHaveLength(valid.filter(young).length);
    expect(filtered).toHaveLength(valid.filter((login) => !young(login)).length);
    expect(errors).toHaveLength(REAL_MESSAGES.length - valid.length);
    expect(metricsRecords).toHaveLength(REAL_MESSAGES.length);
  });
});

interface Detail {
  readonly message_id: string;
  readonly processing_time: number | null;
  readonly topic: string;
  readonly timestamp: number;
}
