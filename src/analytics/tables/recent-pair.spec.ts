import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentPair } from './recent-pair.js';
import type { PairLayout } from './recent-pair.js';
import { PlainPair } from './testing.js';

/** A row with a word before and a word behind, the high bytes in either half of their word. */
const layouts: PairLayout[] = [
  { keys: 1, keyWords: 2, times: 5, high: 7, highShift: 0 },
  { keys: 1, keyWords: 2, times: 5, high: 7, highShift: 16 },
];
const ROW = 9;
const ROW_WORDS = 9;

/** Keys whose halves are -1, 0 or 1: as unsigned numbers -1 is the greatest. */
const half = fc.constantFrom(0, 1, -1);
const key = fc.tuple(half, half);
const time = fc.oneof(
  fc.integer({ min: 1, max: 6 }),
  fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 + 3 }),
  fc.integer({ min: 2 ** 40 - 4, max: 2 ** 40 - 1 }),
);
const events = fc.array(fc.tuple(key, time), { maxLength: 30 });
const window = fc.integer({ min: 0, max: 4 });
const layout = fc.constantFrom(...layouts);

const numberOf = ([hi, lo]: readonly [number, number]) => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

function remembered(data: Int32Array, pair: RecentPair): [bigint, number][] {
  return ([0, 1] as const)
    .map((which): [bigint, number] => {
      const at = ROW + 1 + 2 * which;
      return [numberOf([data[at], data[at + 1]]), pair.timeOf(ROW, which)];
    })
    .filter(([, last]) => last > 0);
}

const sorted = (entries: [bigint, number][]) => [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

describe(RecentPair.name, () => {
  it('remembers and flags what a plain memory of everything does', () => {
    fc.assert(
      fc.property(layout, window, events, (where, seconds, list) => {
        const data = new Int32Array(3 * ROW_WORDS);
        const pair = new RecentPair(data, where, seconds);
        const plain = new PlainPair<bigint>(seconds, (a, b) => a < b);
        const seen = list.map(([halves, at]) => [
          pair.see(ROW, Int32Array.from(halves), at),
          sorted(remembered(data, pair)),
        ]);
        expect(seen).toEqual(
          list.map(([halves, at]) => [plain.see(numberOf(halves), at), sorted(plain.remembered())]),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('remembers the same whatever the order of events', () => {
    const shuffled = events.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(layout, shuffled, (where, orders) => {
        const [one, other] = orders.map((list) => {
          const data = new Int32Array(3 * ROW_WORDS);
          const pair = new RecentPair(data, where, 0);
          for (const [halves, at] of list) pair.see(ROW, Int32Array.from(halves), at);
          return sorted(remembered(data, pair));
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 500 },
    );
  });

  it('touches no word but its own', () => {
    fc.assert(
      fc.property(layout, events, (where, list) => {
        const data = new Int32Array(3 * ROW_WORDS).fill(0x55555555);
        const own = (word: number) => word >= ROW + 1 && word <= ROW + 7;
        data.fill(0, ROW + 1, ROW + 7);
        // The other half of the word of high bytes belongs to somebody else.
        const mask = 0xffff << where.highShift;
        data[ROW + where.high] &= ~mask;
        const pair = new RecentPair(data, where, 1);
        for (const [halves, at] of list) pair.see(ROW, Int32Array.from(halves), at);
        expect(data.every((value, word) => own(word) || value === 0x55555555)).toBe(true);
        expect(data[ROW + where.high] & ~mask).toBe(0x55555555 & ~mask);
      }),
    );
  });

  it('orders keys of one word as it is told', () => {
    const data = new Int32Array(6);
    const where: PairLayout = { keys: 0, keyWords: 1, times: 2, high: 4, highShift: 0 };
    const pair = new RecentPair(data, where, 0, (a, b) => b - a);
    for (const id of [1, 2, 3]) pair.see(0, Int32Array.of(id), 7);
    expect(new Set(data.subarray(0, 2))).toEqual(new Set([2, 3]));
  });
});
