import { isDeepStrictEqual } from 'node:util';
import type { Summary } from '../../../src/analytics/summary/summary.js';
import type { ReadRecord } from '../../support/kafka.js';
import type { Totals } from './totals.js';

/** Up to so many, users and devices are counted exactly. Beyond, within 1 %. */
const EXACT = 1_000;
/** What is being written while state is lost keeps its numbers, and nobody knows of them yet: so many may come again at most. */
const MOST_ON_THEIR_WAY = 20;

/**
 * What is wrong with the summaries of a whole run: their order, what lies between them, and the last one.
 *
 * @param every `SUMMARY_EVERY_MESSAGES`
 */
export function checkSummaries(records: readonly ReadRecord[], totals: Totals, every: number): string[] {
  const summaries = records.map(({ json }) => json as unknown as Summary);
  return [
    ...summaries.flatMap((summary, index) => linkFaults(summaries[index - 1], summary)),
    ...countFaults(summaries, totals.processed_count, every),
    ...lastFaults(summaries.at(-1), totals),
  ];
}

/** What is wrong when state was counted again on the way: numbers of summaries that begin anew, and the last one. */
export function checkLastSummary(records: readonly ReadRecord[], totals: Totals): string[] {
  const summaries = records.map(({ json }) => json as unknown as Summary);
  let greatest = 0;
  const faults: string[] = [];
  for (const { sequence } of summaries) {
    if (sequence <= greatest - MOST_ON_THEIR_WAY) faults.push(`summary ${sequence} comes after ${greatest}`);
    greatest = Math.max(greatest, sequence);
  }
  return [...faults, ...lastFaults(summaries.at(-1), totals)];
}

/** Between a summary and the one before it. */
function linkFaults(before: Summary | undefined, summary: Summary): string[] {
  const { sequence, window } = summary;
  const faults: string[] = [];
  const check = (good: boolean, what: string) => void (good || faults.push(`summary ${sequence}: ${what}`));
  check(sequence > (before?.sequence ?? 0), `follows ${before?.sequence}`);
  if (before)
    check(window.start === before.window.end, `begins at ${window.start}, not at ${before.window.end}`);
  const differences = [
    ['total_received_count', summary.total_received_count, before?.total_received_count],
    ['processed_count', summary.processed_count, before?.processed_count],
    ['filtered_count', summary.filtered_count, before?.filtered_count],
    ['error_count', summary.error_count, before?.error_count],
    ['suspicious_count', summary.suspicious_count, before?.suspicious_count],
    ['sessions_started', summary.sessions.started, before?.sessions.started],
  ] as const;
  for (const [field, now, then = 0] of differences) {
    check(now >= then, `${field} goes back from ${then} to ${now}`);
    check(
      window[field] === now - then,
      `its window's ${field} is ${window[field]}, not ${now - then} since ${before?.sequence ?? 'the start'}`,
    );
  }
  return faults;
}

/** At every multiple there is one: the first that says this number, as one by time may say it again. */
function countFaults(summaries: readonly Summary[], processed: number, every: number): string[] {
  const faults: string[] = [];
  for (let multiple = every; multiple <= processed; multiple += every) {
    const found = summaries.filter(
      ({ processed_count, window }) => processed_count === multiple && window.processed_count > 0,
    ).length;
    if (found !== 1) faults.push(`${found} summaries at ${multiple} processed records`);
  }
  return faults;
}

function lastFaults(last: Summary | undefined, totals: Totals): string[] {
  if (last === undefined) return ['there is no summary'];
  return Object.entries(totals).flatMap(([field, expected]) => {
    const found = last[field as keyof Totals];
    if (isDeepStrictEqual(sorted(found), sorted(expected))) return [];
    if (isNearEnough(field, found, expected)) return [];
    return [`the last summary's ${field} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`];
  });
}

const isNearEnough = (field: string, found: unknown, expected: unknown): boolean =>
  ['unique_users', 'unique_devices'].includes(field) &&
  typeof expected === 'number' &&
  expected >= EXACT &&
  Math.abs(Number(found) - expected) <= expected / 100;

/** The order of a map's keys says nothing. */
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
