import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoundedCounter } from './bounded-counter.js';
import { MostCommon } from './most-common.js';

const counted = (keys: readonly string[], limit: number) => {
  const counter = new BoundedCounter(limit);
  const mostCommon = new MostCommon();
  return keys.map((key) => mostCommon.counted(counter.add(key)));
};

describe('MostCommon', () => {
  it('is nothing before the first count', () => {
    expect(new MostCommon().key).toBeNull();
  });

  it('changes to the key that gets ahead, or draws level and comes first in the alphabet', () => {
    expect(counted([...'bcabcca'], 10)).toEqual([...'bbabbcc']);
  });

  it('is the one with the highest count of all, of equals the first in the alphabet', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'B', 'ä', 'other', '__proto__'), { minLength: 1 }),
        fc.integer({ min: 1, max: 6 }),
        (keys, limit) => {
          const counter = new BoundedCounter(limit);
          for (const key of keys) counter.add(key);
          const counts = counter.toRecord();
          const [best] = Object.keys(counts).sort((a, b) => counts[b] - counts[a] || (a < b ? -1 : 1));
          expect(counted(keys, limit).at(-1)).toBe(best);
        },
      ),
    );
  });
});
