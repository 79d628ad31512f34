import { describe, expect, it } from '@jest/globals';
import { withMostKeys } from './most-keys.js';
import type { Summary } from './summary.js';

const summaryOf = (locale_counts: Record<string, number>) =>
  ({
    sequence: 7,
    device_type_counts: { ios: 1 },
    region_counts: {},
    app_version_counts: {},
    country_counts: {},
    locale_counts,
  }) as unknown as Summary;

describe('a summary that is cut', () => {
  it('keeps the most frequent keys, counts the rest as other, and leaves all else alone', () => {
    const cut = withMostKeys(summaryOf({ a: 5, b: 1, c: 9, d: 2 }), 2);
    expect(cut).toMatchObject({ sequence: 7, device_type_counts: { ios: 1 } });
    expect(cut.locale_counts).toEqual({ c: 9, a: 5, other: 3 });
  });

  it('adds to the other that is there', () => {
    expect(withMostKeys(summaryOf({ other: 8, b: 1, c: 2 }), 1).locale_counts).toEqual({ other: 11 });
  });

  it('has no count that it did not have before', () => {
    expect(withMostKeys({ sequence: 7, locale_counts: { a: 1 } } as unknown as Summary, 1)).toEqual({
      sequence: 7,
      locale_counts: { a: 1 },
    });
  });

  it('keeps keys that every object has as its own', () => {
    const counts = Object.fromEntries([
      ['__proto__', 3],
      ['constructor', 2],
      ['x', 1],
    ]);
    expect(Object.entries(withMostKeys(summaryOf(counts), 2).locale_counts)).toEqual([
      ['__proto__', 3],
      ['constructor', 2],
      ['other', 1],
    ]);
  });
});
