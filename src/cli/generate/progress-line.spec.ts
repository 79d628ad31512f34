import { describe, expect, it } from '@jest/globals';
import { clock, progressLine } from './progress-line.js';

describe('a line of progress', () => {
  it('has a bar on a terminal, share, count, rate and the time that is left', () => {
    expect(progressLine({ sent: 450_000, count: 1_000_000, seconds: 9, rate: 49_870.4 }, true)).toBe(
      '[==========              ] 45 %  450,000 of 1,000,000  49,870/s  ETA 0:11',
    );
  });

  it('has no bar elsewhere', () => {
    expect(progressLine({ sent: 5, count: 5, seconds: 1, rate: 5 }, false)).toBe(
      '100 %  5 of 5  5/s  ETA 0:00',
    );
  });

  it('knows no time left while nothing goes out', () => {
    expect(progressLine({ sent: 0, count: 10, seconds: 3, rate: 0 }, false)).toBe('0 %  0 of 10  0/s  ETA -');
  });

  it('has the time that has passed where no end is known', () => {
    expect(progressLine({ sent: 12_345, count: Infinity, seconds: 65, rate: 500 }, true)).toBe(
      '12,345 sent  500/s  1:05',
    );
  });

  it.each([
    [0, '0:00'],
    [59.6, '1:00'],
    [3_599, '59:59'],
    [7_207, '2:00:07'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });
});
