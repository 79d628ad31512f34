import { describe, expect, it } from '@jest/globals';
import { Random } from './random.js';
import { weighted } from './weighted.js';

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.uint32());

describe('Random', () => {
  it('gives the numbers of the reference implementation', () => {
    expect(draw(Random.fromState(1, 2, 3, 4), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('gives the same numbers for the same seed and stream', () => {
    expect(draw(Random.fromSeed(7, 'a'), 100)).toEqual(draw(Random.fromSeed(7, 'a'), 100));
  });

  it.each([
    ['another stream', 7, 'b'],
    ['a name with the same letters', 7, 'aa'],
    ['the next seed', 8, 'a'],
    ['a seed that differs only above 32 bits', 7 + 2 ** 32, 'a'],
    ['the negative seed', -7, 'a'],
  ])('shares no number with %s', (_, seed, stream) => {
    const others = new Set(draw(Random.fromSeed(seed, stream), 100));
    expect(draw(Random.fromSeed(7, 'a'), 100).filter((number) => others.has(number))).toEqual([]);
  });

  it.each([1.5, NaN, Infinity, 2 ** 53])('rejects the seed %d', (seed) => {
    expect(() => Random.fromSeed(seed, '')).toThrow(RangeError);
  });

  it('draws every whole number of a range about equally often, and none outside', () => {
    const random = Random.fromSeed(1, 'range');
    const counts = new Map<number, number>();
    for (let i = 0; i < 60_000; i++) {
      const number = random.between(-2, 3);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('draws weighted values by their weight, and never one of weight 0', () => {
    const random = Random.fromSeed(1, 'weights');
    const next = weighted([
      ['never', 0],
      ['seldom', 1],
      ['often', 9],
    ]);
    const drawn = Array.from({ length: 10_000 }, () => next(random));
    expect(drawn).not.toContain('never');
    expect(Math.abs(drawn.filter((value) => value === 'seldom').length - 1000)).toBeLessThan(150);
  });
});
