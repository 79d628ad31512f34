import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UsedSeconds } from './used-seconds.js';

describe('UsedSeconds', () => {
  it('gives the wanted second when it is free', () => {
    const seconds = new UsedSeconds();
    expect([1000, 1010, 1005, 2000, 1500].map((wanted) => seconds.take(wanted))).toEqual([
      1000, 1010, 1005, 2000, 1500,
    ]);
  });

  it('gives a second near the wanted one when that is used, even long after the first', () => {
    const seconds = new UsedSeconds();
    for (let second = 1000; second <= 100_000; second += 10) seconds.take(second);
    expect(seconds.take(100_000)).toBe(99_999);
    expect(seconds.take(99_990)).toBe(99_989);
    expect(seconds.take(99_990)).toBe(99_988);
  });

  it('goes back before the first one when there are more logins than seconds', () => {
    const seconds = new UsedSeconds();
    expect([1000, 1000, 1001, 1001, 1001].map((wanted) => seconds.take(wanted))).toEqual([
      1000, 999, 1001, 998, 997,
    ]);
  });

  it('never gives a second twice, nor one later than all that were wanted', () => {
    const steps = fc.array(fc.record({ pass: fc.nat(40), late: fc.oneof(fc.constant(0), fc.nat(60)) }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const seconds = new UsedSeconds();
        let now = 1_000_000;
        const taken = all.map(({ pass, late }) => {
          now += pass;
          const second = seconds.take(now - late);
          expect(second).toBeLessThanOrEqual(now);
          return second;
        });
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });
});
