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
      first: 12,
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

  describe('with the message that made it due', () => {
    const FIELDS = [{ name: 'done', from: 'processed_count' }, 'processing_time', 'recent_message'];
    const processed = [5, 7, 9].map((sourceOffset) => ({
      ...{ key: 'u', headers: undefined, sourceOffset },
      value: `{"offset":${sourceOffset}}`,
    }));
    const valueOf = (encoded: ReturnType<SummaryEncoder['encode']>) => encoded?.records.records[0].value;

    it('shows it under the name that the profile gives, and the mean of about the last thousand messages', () => {
      const subject = encoder(1_000_000, FIELDS);
      expect(subject.showRecent).toBe(true);
      const batch = { processed, records: 500, processingTime: 0.1 };
      const due = [{ summary: summary(0), offset: 7 }];
      expect(valueOf(subject.encode(due, batch))).toBe(
        '{"done":3,"processing_time":0.1,"recent_message":{"offset":7}}',
      );
      subject.encode([], { ...batch, processingTime: 0.2 });
      expect(valueOf(subject.encode(due, null))).toBe(
        '{"done":3,"processing_time":0.15,"recent_message":{"offset":7}}',
      );
    });

    it('does without it when there is none, or when the topic would not take it', () => {
      jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
      const due = [{ summary: summary(0), offset: 8 }];
      const batch = { processed, records: 3, processingTime: 0 };
      const without = '{"done":3,"processing_time":0,"recent_message":null}';
      expect(valueOf(encoder(1_000_000, FIELDS).encode(due, batch))).toBe(without);
      const large = [{ ...processed[0], value: JSON.stringify('x'.repeat(9_000)), sourceOffset: 8 }];
      expect(valueOf(encoder(5_000, FIELDS).encode(due, { ...batch, processed: large }))).toBe(without);
    });

    it('is not asked for where no field shows it', () => {
      expect(encoder(1_000_000).showRecent).toBe(false);
    });
  });
});
