import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LatencyHistogram } from './latency-histogram.js';

/** Error of the buckets: their width as a share of the values in them. */
const RESOLUTION = 1 / 512;

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('LatencyHistogram', () => {
  it('is exact up to 1,023', () => {
    const histogram = histogramOf(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect([0.001, 0.5, 0.95, 0.99, 1].map((share) => histogram.percentile(share))).toEqual([
      1, 500, 950, 990, 1_000,
    ]);
  });

  it('gives the percentiles of the sorted values, never less and at most 0.2 % more', () => {
    const value = fc.oneof(
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 0, max: 2 ** 32 }),
      fc.integer({ min: 0, max: 2 ** 40 - 1 }),
      fc.constantFrom(1_023, 1_024, 2_047, 2_048, 2 ** 31 - 1, 2 ** 31, 2 ** 40 - 1),
    );
    const share = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), share, (values, wanted) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(sorted.length * wanted)) - 1];
        const found = histogramOf(values).percentile(wanted);
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found).toBeLessThanOrEqual(exact * (1 + RESOLUTION));
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes a value many times at once', () => {
    const histogram = histogramOf([]);
    histogram.record(10, 98);
    histogram.record(5_000_000, 2);
    expect(histogram.count).toBe(100);
    expect(histogram.percentile(0.98)).toBe(10);
    expect(histogram.percentile(0.99)).toBe(5_000_000);
    expect(histogram.max).toBe(5_000_000);
  });

  it('cuts off fractions, and takes what lies outside for the nearest value that it knows', () => {
    expect(histogramOf([7.9]).max).toBe(7);
    expect(histogramOf([-5]).percentile(1)).toBe(0);
    expect(histogramOf([NaN]).percentile(1)).toBe(0);
    expect(histogramOf([2 ** 50]).percentile(1)).toBe(2 ** 40 - 1);
  });

  it('is empty at first and after a reset', () => {
    const histogram = histogramOf([3, 4, 5_000]);
    histogram.reset();
    for (const empty of [histogram, new LatencyHistogram()]) {
      expect([empty.count, empty.max, empty.percentile(0.5), empty.percentile(1)]).toEqual([0, 0, 0, 0]);
    }
  });
});
