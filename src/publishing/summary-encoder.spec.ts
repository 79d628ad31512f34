import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Summary } from '../analytics/summary/summary.js';
import { testSettings } from '../config/testing.js';
import type { TopicsService } from '../kafka/topics.service.js';
import type { RenamedField } from '../profiles/profile.js';
import { PROFILES } from '../profiles/profiles.js';
import { SummaryEncoder } from './summary-encoder.js';

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`locale-${i}`, i + 1]));
const summary = (locales: number) =>
  ({
    sequence: 12,
    processed_count: 3,
    locale_counts: many(locales),
    device_type_counts: {},
    region_counts: {},
    app_version_counts: {},
    country_counts: {},
  }) as unknown as Summary;

function encoder(
  maxMessageBytes: number,
  fields: readonly (string | RenamedField)[] = ['sequence', 'locale_counts'],
) {
  const { topic, kafka } = testSettings({ KAFKA_GROUP_ID: 'the-group' });
  const catalog = { of: () => ({ partitions: 1, maxMessageBytes }) } as unknown as TopicsService;
  const profile = { ...PROFILES.standard, summaries: { topic: 'summary', log: false, fields } as const };
  return new SummaryEncoder(profile, topic, kafka, catalog);
}

describe('SummaryEncoder', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('writes the fields of the profile in order, under the group’s id, and names the last number', () => {
    const encoded = encoder(1_000_000).encode([{ summary: summary(2), offset: 5 }], null);
    expect(encoded).toEqual({
      last: 12,
      records: {
        topic: 'summary-output',
        records: [
          {
            key: 'the-group',
            value: '{"sequence":12,"locale_counts":{"locale-0":1,"locale-1":2}}',
            headers: undefined,
            sourceOffset: 5,
          },
        ],
      },
    });
    expect(encoder(1_000_000).encode([], null)).toBeNull();
  });

  it('cuts a summary that its topic would not take, keeps its sums, and says so once', () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const small = encoder(20_000);
    const due = [5, 6].map((offset) => ({ summary: summary(9_000), offset }));
    const encoded = small.encode(due, null);
    const values = encoded!.records.records.map(({ value }) => String(value));
    for (const value of values) {
      expect(Buffer.byteLength(value)).toBeLessThan(20_000 - 2_048);
      const { locale_counts } = JSON.parse(value) as { locale_counts: Record<string, number> };
      expect(Object.values(locale_counts).reduce((sum, count) => sum + count, 0)).toBe((9_000 * 9_001) / 2);
      expect(locale_counts['locale-8999']).toBe(9_000);
    }
    expect(warn).toHaveBeenCalledTimes(1);
  });
});
