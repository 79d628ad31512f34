import { describe, expect, it } from '@jest/globals';
import { OutcomeTally } from './outcome-tally.js';

describe('OutcomeTally', () => {
  it('starts with nothing', () => {
    const tally = new OutcomeTally();
    expect([tally.processed, tally.filtered.size, tally.errors.size]).toEqual([0, 0, 0]);
  });

  it('counts each reason and each error type by itself', () => {
    const tally = new OutcomeTally();
    tally.processed++;
    for (const reason of ['filtered_age', 'duplicate', 'filtered_age'] as const) tally.countFiltered(reason);
    for (const type of ['not_json', 'not_json', 'too_deep'] as const) tally.countError(type);
    expect(tally.processed).toBe(1);
    expect([...tally.filtered]).toEqual([
      ['filtered_age', 2],
      ['duplicate', 1],
    ]);
    expect([...tally.errors]).toEqual([
      ['not_json', 2],
      ['too_deep', 1],
    ]);
  });
});
