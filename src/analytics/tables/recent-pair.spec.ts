import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AddressPool } from './address-pool.js';
import { HashPair } from './hash-pair.js';
import { IpKey } from './ip-key.js';
import { IpPair } from './ip-pair.js';
import { LocalePair, MOST_LOCALE_ID } from './locale-pair.js';
import type { RecentPair } from './recent-pair.js';
import { PlainPair } from './testing.js';

const ROW = 8;
const ROW_WORDS = 8;
/** A row's words: one before, at most four for the keys, the flags, the time, one behind. */
const KEYS = 1;
const FLAGS = 5;
const OTHER_TIME = 6;

const time = fc.oneof(
  fc.integer({ min: 1, max: 6 }),
  fc.integer({ min: 2 ** 31 - 3, max: 2 ** 31 + 3 }),
  fc.integer({ min: 2 ** 32 - 4, max: 2 ** 32 - 1 }),
);
const window = fc.integer({ min: 0, max: 4 });
const events = <Key>(key: fc.Arbitrary<Key>) => fc.array(fc.tuple(key, time), { maxLength: 30 });

/** A pair in a row, and how it is told keys. */
interface Pair {
  readonly data: Int32Array;
  readonly pair: RecentPair;
  use(key: bigint): void;
  /** The keys in both places. */
  held(): [bigint, bigint];
}

interface Kind {
  readonly name: string;
  readonly keys: readonly bigint[];
  make(window: number): Pair;
}

/** Keys whose halves are -1, 0 or 1: as unsigned numbers -1 is the greatest. */
const HALVES = [0n, 1n, 0xffff_ffffn];
const HASHES = HALVES.flatMap((hi) => HALVES.map((lo) => (hi << 32n) | lo));
const MAPPED = 0xffff_0000_0000n;
const IPS = [
  0n,
  1n,
  MAPPED - 1n,
  MAPPED,
  MAPPED + 1n,
  MAPPED + 0xffff_ffffn,
  MAPPED << 1n,
  (1n << 128n) - 1n,
];
/** In this order. */
const LOCALES = [5n, 0n, BigInt(MOST_LOCALE_ID), 1n];

const numberOf = (words: readonly number[]) =>
  words.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);

const KINDS: readonly Kind[] = [
  {
    name: 'hashes',
    keys: HASHES,
    make(seconds) {
      const data = new Int32Array(3 * ROW_WORDS);
      const pair = new HashPair(data, KEYS, OTHER_TIME, seconds);
      const at = ROW + KEYS;
      return {
        data,
        pair,
        use: (key) => (pair.key = { hi: Number(key >> 32n), lo: Number(key & 0xffff_ffffn) }),
        held: () => [numberOf([...data.subarray(at, at + 2)]), numberOf([...data.subarray(at + 2, at + 4)])],
      };
    },
  },
  {
    name: 'addresses',
    keys: IPS,
    make(seconds) {
      const data = new Int32Array(3 * ROW_WORDS);
      const pool = new AddressPool(2);
      const ip = new IpKey();
      const pair = new IpPair(data, { ips: KEYS, otherTime: OTHER_TIME, flags: FLAGS }, seconds, pool, ip);
      const address = (place: number) => {
        const held = data[ROW + KEYS + place];
        return (data[ROW + FLAGS] >>> (30 + place)) & 1
          ? numberOf([0, 1, 2, 3].map((word) => pool.wordOf(held, word)))
          : MAPPED | BigInt(held >>> 0);
      };
      return { data, pair, use: (key) => ip.read(ipText(key)), held: () => [address(0), address(1)] };
    },
  },
  {
    name: 'locales',
    keys: LOCALES.map((_, index) => BigInt(index)),
    make(seconds) {
      const data = new Int32Array(3 * ROW_WORDS);
      const order = (id: number) => LOCALES.indexOf(BigInt(id));
      const locales = { compare: (a: number, b: number) => order(a) - order(b) };
      const pair = new LocalePair(data, FLAGS, OTHER_TIME, seconds, locales);
      return {
        data,
        pair,
        use: (key) => (pair.key = Number(LOCALES[Number(key)])),
        held: () => [BigInt(order(pair.idOf(ROW, 0))), BigInt(order(pair.idOf(ROW, 1)))],
      };
    },
  },
];

const ipText = (number: bigint) =>
  Array.from({ length: 8 }, (_, group) => ((number >> BigInt(112 - 16 * group)) & 0xffffn).toString(16)).join(
    ':',
  );

/** Merges events; the row's greatest time is kept by its owner. */
class Row {
  last = 0;
  readonly of: Pair;

  constructor(kind: Kind, seconds: number) {
    this.of = kind.make(seconds);
  }

  see(key: bigint, at: number): number {
    this.of.use(key);
    const others = this.of.pair.see(ROW, this.last, at);
    this.last = Math.max(this.last, at);
    return others;
  }

  get remembered(): [bigint, number][] {
    const [first, second] = this.of.held();
    const other = this.of.pair.otherTimeOf(ROW);
    const both: [bigint, number][] = [
      [first, this.last],
      [second, other],
    ];
    return sorted(both.filter(([, at]) => at > 0));
  }
}

const sorted = (entries: [bigint, number][]) => [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

describe.each(KINDS)('a pair of $name', (kind) => {
  const list = events(fc.constantFrom(...kind.keys));

  it('remembers and flags what a plain memory of everything does', () => {
    fc.assert(
      fc.property(window, list, (seconds, steps) => {
        const row = new Row(kind, seconds);
        const plain = new PlainPair<bigint>(seconds, (a, b) => a < b);
        const seen = steps.map(([key, at]) => [row.see(key, at), row.remembered]);
        expect(seen).toEqual(steps.map(([key, at]) => [plain.see(key, at), sorted(plain.remembered())]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('remembers the same whatever the order of events', () => {
    const orders = list.chain((steps) =>
      fc.tuple(
        fc.constant(steps),
        fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length }),
      ),
    );
    fc.assert(
      fc.property(orders, (both) => {
        const [one, other] = both.map((steps) => {
          const row = new Row(kind, 0);
          for (const [key, at] of steps) row.see(key, at);
          return row.remembered;
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 500 },
    );
  });

  it('touches no word but its own', () => {
    fc.assert(
      fc.property(list, (steps) => {
        const row = new Row(kind, 1);
        const { data } = row.of;
        const own = (word: number) => word >= ROW + KEYS && word <= ROW + OTHER_TIME;
        data.fill(0x55555555);
        data.fill(0, ROW + KEYS, ROW + OTHER_TIME + 1);
        for (const [key, at] of steps) row.see(key, at);
        expect(data.every((value, word) => own(word) || value === 0x55555555)).toBe(true);
      }),
    );
  });
});

describe('addresses and locales in one word', () => {
  it('leave each other alone', () => {
    const key = fc.tuple(fc.constantFrom(...IPS), fc.constantFrom(...LOCALES.keys()));
    fc.assert(
      fc.property(window, events(key), (seconds, steps) => {
        const data = new Int32Array(3 * ROW_WORDS);
        const pool = new AddressPool(2);
        const ip = new IpKey();
        const ips = new IpPair(data, { ips: KEYS, otherTime: 3, flags: FLAGS }, seconds, pool, ip);
        const compare = (a: number, b: number) => a - b;
        const locales = new LocalePair(data, FLAGS, OTHER_TIME, seconds, { compare });
        const plainIps = new PlainPair<bigint>(seconds, (a, b) => a < b);
        const plainLocales = new PlainPair<number>(seconds, (a, b) => a < b);
        let last = 0;
        for (const [[address, locale], at] of steps) {
          ip.read(ipText(address));
          locales.key = locale;
          const seen = [ips.see(ROW, last, at), locales.see(ROW, last, at)];
          expect(seen).toEqual([plainIps.see(address, at), plainLocales.see(locale, at)]);
          last = Math.max(last, at);
        }
      }),
      { numRuns: 500 },
    );
  });
});
