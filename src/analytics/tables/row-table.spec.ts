import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KEY_WORDS, RowTable } from './row-table.js';
import { PlainClock, savedState } from './testing.js';

/** Keys that differ in one half only, and in the sign. */
const KEYS = [0, 1, -1, 2 ** 31 - 1].flatMap((hi) => [0, 1, -8].map((lo) => [hi, lo] as const));
const keys = fc.array(fc.nat({ max: KEYS.length - 1 }), { maxLength: 80 });
const capacity = fc.integer({ min: 1, max: 10 });

/** A table that writes each row's key number into the row, and reports what is evicted. */
class Rows {
  readonly evicted: number[] = [];
  readonly table: RowTable;

  constructor(capacity: number) {
    this.table = new RowTable(capacity, (row) => this.evicted.push(this.table.data[this.at(row)]), 1);
  }

  /** @returns what the row held before: 0 if it is new */
  use(key: number): number {
    const at = this.at(this.table.findOrAdd(...KEYS[key]));
    const before = this.table.data[at];
    this.table.data[at] = key + 1;
    return before;
  }

  private at(row: number): number {
    return row * this.table.stride + KEY_WORDS;
  }
}

describe(RowTable.name, () => {
  it('gives each key one row of its own, and evicts by second chance when it is full', () => {
    fc.assert(
      fc.property(capacity, keys, (limit, used) => {
        const rows = new Rows(limit);
        const clock = new PlainClock<number>(limit);
        const evicted: number[] = [];
        const expected = used.map((key) => {
          const known = clock.pages.some((page) => page.key === key);
          const victim = clock.use(key);
          if (victim !== undefined) evicted.push(victim + 1);
          const rowsByKey = KEYS.map((_, each) => clock.pages.findIndex((page) => page.key === each));
          return [known ? key + 1 : 0, !known, clock.pages.length, evicted.length, rowsByKey];
        });
        const actual = used.map((key) => {
          const before = rows.use(key);
          const { added, size, evictions } = rows.table;
          return [before, added, size, evictions, KEYS.map(([hi, lo]) => rows.table.find(hi, lo))];
        });
        expect(actual).toEqual(expected);
        expect(rows.evicted).toEqual(evicted);
      }),
      { numRuns: 600 },
    );
  });

  it('does not count a look as use', () => {
    const rows = new Rows(2);
    [0, 1, 2].forEach((key) => rows.use(key));
    rows.table.find(...KEYS[1]);
    rows.use(3);
    expect(rows.evicted).toEqual([1, 2]);
  });

  it('spares a row that was used since the hand passed it', () => {
    const rows = new Rows(3);
    // The hand takes all marks and evicts key 0; then 1 is used again, 2 is not.
    [0, 1, 2, 3, 1, 4].forEach((key) => rows.use(key));
    expect(rows.evicted).toEqual([1, 3]);
  });

  it('goes on as before when it was saved and restored, into a larger table too', () => {
    fc.assert(
      fc.property(capacity, fc.nat({ max: 3 }), keys, keys, (limit, more, before, after) => {
        const original = new Rows(limit);
        before.forEach((key) => original.use(key));
        const restored = new Rows(limit + more);
        after.forEach((key) => restored.use(key));
        restored.table.restore(...savedState(original.table));
        restored.evicted.length = 0;
        original.evicted.length = 0;
        const rowsOf = ({ table }: Rows) => KEYS.map(([hi, lo]) => table.find(hi, lo));
        expect(rowsOf(restored)).toEqual(rowsOf(original));
        if (more > 0) return;
        expect(after.map((key) => restored.use(key))).toEqual(after.map((key) => original.use(key)));
        expect(restored.evicted).toEqual(original.evicted);
        expect(savedState(restored.table)).toEqual(savedState(original.table));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a state that has more rows than fit, or fewer than it says', () => {
    const rows = new Rows(4);
    [0, 1, 2].forEach((key) => rows.use(key));
    const [columns, scalars] = savedState(rows.table);
    expect(() => new Rows(2).table.restore(columns, scalars)).toThrow(
      'size must be a whole number from 0 to 2',
    );
    expect(() => new Rows(4).table.restore(columns, { ...scalars, size: 4 })).toThrow('column rows');
    expect(() => new Rows(4).table.restore({ used: columns.used }, scalars)).toThrow(
      'column rows is missing',
    );
    expect(() => new Rows(4).table.restore(columns, { size: 3 })).toThrow(RangeError);
  });
});
