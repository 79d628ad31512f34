import { describe, expect, it } from '@jest/globals';
import { Summarizer } from './summarizer.js';
import type { TableFigures } from './summary-writer.js';
import { Totals } from './totals.js';

const TABLES: TableFigures = {
  uniqueUsers: 5,
  uniqueDevices: 4,
  sharedDevices: 3,
  sessionsStarted: 7,
  activeSessions: 2,
};

const NOW = 1_711_302_640_999;
const SECONDS = 1_711_302_640;

function totalsOf(processed: number, errors = 0): Totals {
  const totals = new Totals(10);
  totals.processed = processed;
  for (let error = 0; error < errors; error++) totals.countError('not_json');
  return totals;
}

describe('Summarizer', () => {
  it('begins the first window with the first record, each other one with the summary before', () => {
    const summarizer = new Summarizer();
    summarizer.begin(NOW);
    summarizer.begin(NOW + 1_000);
    const first = summarizer.next(totalsOf(10, 2), TABLES, NOW + 3_000);
    summarizer.begin(NOW + 4_000);
    const second = summarizer.next(totalsOf(15, 3), { ...TABLES, sessionsStarted: 9 }, NOW + 8_001);
    expect(first.window).toEqual({
      start: SECONDS,
      end: SECONDS + 3,
      total_received_count: 12,
      processed_count: 10,
      filtered_count: 0,
      error_count: 2,
      suspicious_count: 0,
      sessions_started: 7,
    });
    expect(second.window).toEqual({
      start: SECONDS + 3,
      end: SECONDS + 9,
      total_received_count: 6,
      processed_count: 5,
      filtered_count: 0,
      error_count: 1,
      suspicious_count: 0,
      sessions_started: 2,
    });
    expect([first.published_at, second.published_at]).toEqual([SECONDS + 3, SECONDS + 9]);
  });

  it('says of the tables what they say, and all else cumulatively', () => {
    const summarizer = new Summarizer();
    summarizer.next(totalsOf(10), TABLES, NOW);
    expect(summarizer.next(totalsOf(12, 1), TABLES, NOW)).toMatchObject({
      total_received_count: 13,
      processed_count: 12,
      error_count: 1,
      error_type_counts: { not_json: 1 },
      unique_users: 5,
      unique_devices: 4,
      shared_device_count: 3,
      sessions: { started: 7, active: 2 },
      most_common_device_type: null,
    });
  });

  it('is a picture of its moment: counts that go on do not change it', () => {
    const totals = totalsOf(0, 1);
    const summary = new Summarizer().next(totals, TABLES, NOW);
    totals.countError('not_json');
    totals.locales.add('NC');
    totals.activity.add(SECONDS);
    expect(summary).toMatchObject({ error_count: 1, error_type_counts: { not_json: 1 }, locale_counts: {} });
    expect(Object.values(summary.hourly_activity).some((count) => count > 0)).toBe(false);
  });

  it('works out the fields that are asked for, beside the number, and the windows go on', () => {
    const summarizer = new Summarizer(new Set(['processed_count', 'sessions', 'published_at']));
    const next = (processed: number) => summarizer.next(totalsOf(processed), TABLES, NOW);
    expect([next(1), next(3)]).toEqual([
      { sequence: 1, processed_count: 1, sessions: { started: 7, active: 2 }, published_at: SECONDS },
      { sequence: 2, processed_count: 3, sessions: { started: 7, active: 2 }, published_at: SECONDS },
    ]);
    expect(summarizer.hasChanged(totalsOf(3))).toBe(false);
  });

  it('numbers on behind what is published, and never goes back', () => {
    const summarizer = new Summarizer();
    const next = () => summarizer.next(totalsOf(1), TABLES, NOW).sequence;
    const numbers = [next(), next()];
    summarizer.resume(10);
    numbers.push(next());
    summarizer.resume(3);
    numbers.push(next());
    expect(numbers).toEqual([1, 2, 11, 12]);
  });

  it('has changed when anything was received since the summary before', () => {
    const summarizer = new Summarizer();
    expect(summarizer.hasChanged(totalsOf(0))).toBe(false);
    expect(summarizer.hasChanged(totalsOf(0, 1))).toBe(true);
    summarizer.next(totalsOf(0, 1), TABLES, NOW);
    expect(summarizer.hasChanged(totalsOf(0, 1))).toBe(false);
    expect(summarizer.hasChanged(totalsOf(1, 1))).toBe(true);
  });
});
