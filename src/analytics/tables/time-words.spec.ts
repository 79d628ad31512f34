import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromWords, highWord, lowWord } from './time-words.js';

describe('times as words', () => {
  it('come back, from the least whole number to the greatest', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (time) => {
        const words = Int32Array.of(lowWord(time), highWord(time));
        expect(fromWords(words[0], words[1])).toBe(time);
      }),
      {
        numRuns: 2_000,
        examples: [[0], [-1], [2 ** 31], [2 ** 32 - 1], [2 ** 32], [10 ** 12], [2 ** 53 - 1]],
      },
    );
  });
});
