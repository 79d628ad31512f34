import { expect } from '@jest/globals';
import type { Summary } from '../../src/analytics/summary/summary.js';
import { standard } from '../../src/profiles/standard.profile.js';
import type { ReadRecord } from '../support/kafka.js';

export const summaryOf = ({ json }: ReadRecord): Summary => json as unknown as Summary;

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** What holds for every summary by itself. */
export function expectConsistent(record: ReadRecord, groupId: string): void {
  const summary = summaryOf(record);
  const { processed_count: processed, sessions, window } = summary;
  expect(String(record.key)).toBe(groupId);
  expect(Object.keys(record.json)).toEqual(standard.summaries!.fields);
  expect(summary.total_received_count).toBe(processed + summary.filtered_count + summary.error_count);
  for (const counts of [
    summary.device_type_counts,
    summary.locale_counts,
    summary.region_counts,
    summary.app_version_counts,
    summary.hourly_activity,
    summary.daily_activity,
  ])
    expect(sum(counts)).toBe(processed);
  expect(sum(summary.error_type_counts)).toBe(summary.error_count);
  expect(sum(summary.clean_type_counts)).toBe(summary.filtered_count);
  expect(sessions.active).toBeLessThanOrEqual(summary.unique_users);
  expect(sessions.started).toBeGreaterThanOrEqual(summary.unique_users);
  expect(window.total_received_count).toBe(
    window.processed_count + window.filtered_count + window.error_count,
  );
  expect(window.end).toBe(summary.published_at);
  expect(window.start).toBeLessThanOrEqual(window.end);
}

/** Summaries of one life of the service, in order: the windows lie end to end and add up to what is cumulative. */
export function expectWindows(summaries: readonly Summary[]): void {
  const total = { received: 0, processed: 0, filtered: 0, errors: 0, suspicious: 0, sessions: 0 };
  summaries.forEach(({ window, ...cumulative }, index) => {
    if (index > 0) expect(window.start).toBe(summaries[index - 1].published_at);
    total.received += window.total_received_count;
    total.processed += window.processed_count;
    total.filtered += window.filtered_count;
    total.errors += window.error_count;
    total.suspicious += window.suspicious_count;
    total.sessions += window.sessions_started;
    expect(total).toEqual({
      received: cumulative.total_received_count,
      processed: cumulative.processed_count,
      filtered: cumulative.filtered_count,
      errors: cumulative.error_count,
      suspicious: cumulative.suspicious_count,
      sessions: cumulative.sessions.started,
    });
  });
}

/** Over the whole topic, whatever happened to the service. */
export function expectAscending(records: readonly ReadRecord[]): void {
  const sequence = records.map((record) => summaryOf(record).sequence);
  expect(sequence).toEqual([...new Set(sequence)].sort((a, b) => a - b));
}
