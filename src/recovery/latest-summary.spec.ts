import { describe, expect, it } from '@jest/globals';
import { DESCRIPTION } from '../analytics/durable/image.testing.js';
import type { JournalEntry } from '../analytics/durable/journal-entry.js';
import { latestSummary } from './latest-summary.js';
import type { LoadedGeneration } from './load-generations.js';

const batch = (from: number, end: number): JournalEntry => ({
  ...{ kind: 'batch', partition: 0, from, end, now: 1 },
  last: { offset: end - 1, timestamp: 1, hi: 0, lo: 0 },
});

/** A checkpoint of so many logins, with the fourth summary, and what came after it. */
const generation = (
  processed: number,
  every: string,
  ...entries: readonly JournalEntry[]
): LoadedGeneration => ({
  ...{ id: 1, sequence: 4, processed, positions: new Map(), entries },
  manifest: { ...DESCRIPTION, decisions: JSON.stringify({ SUMMARY_EVERY_MESSAGES: every }) },
  decisions: { ofBatches: [], latest: '' },
});

describe('latestSummary', () => {
  it('is that of the newest checkpoint where nothing came after it, and 0 where there is none', () => {
    expect(latestSummary([generation(950, '100'), { ...generation(10, '100'), sequence: 2 }])).toBe(4);
    expect(latestSummary([])).toBe(0);
  });

  it('is further by each summary by time, and by as many by count as there can be', () => {
    const summary: JournalEntry = { kind: 'summary', now: 1 };
    expect(latestSummary([generation(950, '100', batch(0, 49), summary)])).toBe(5);
    expect(latestSummary([generation(950, '100', batch(0, 49), batch(49, 250), summary)])).toBe(8);
    expect(latestSummary([generation(950, '0', batch(0, 500))])).toBe(4);
  });
});
