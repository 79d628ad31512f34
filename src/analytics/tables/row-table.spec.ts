import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KEY_WORDS, RowTable } from './row-table.js';
import { PlainClock, storedPart } from './testing.js';
import type { StoredPart } from './stored-part.js';

/** Keys that differ in one half only, and in the sign. */
const KEYS = [0, 1, -1, 2 ** 31 - 1].flatMap((hi) => [0, 1, -8].map((lo) => [hi, lo] as const));
const keys = fc.array(fc.nat({ max: KEYS.length - 1 }), { maxLength: 80 });
const NAMES = { part: 'rows', setting: 'MAX_ROWS' };
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

  /** @param between runs before each part of the image is taken */
  saved(between?: () => void): StoredPart {
    const stored = storedPart('rows', this.table.facts(), this.table.openImage(NAMES), between);
    this.table.closeImage();
    return stored;
  }

  /** @returns whether there was a row */
  remove(key: number): boolean {
    const row = this.table.find(...KEYS[key]);
    if (row >= 0) this.table.remove(row);
    return row >= 0;
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

  it('takes rows out, and stays dense', () => {
    const steps = fc.array(fc.tuple(fc.nat({ max: KEYS.length - 1 }), fc.boolean()), { maxLength: 80 });
    fc.assert(
      fc.property(capacity, steps, (limit, list) => {
        const rows = new Rows(limit);
        const clock = new PlainClock<number>(limit);
        for (const [key, isRemoved] of list) {
          const known = clock.pages.some((page) => page.key === key);
          if (isRemoved) {
            clock.remove(key);
            expect(rows.remove(key)).toBe(known);
          } else {
            clock.use(key);
            expect(rows.use(key)).toBe(known ? key + 1 : 0);
          }
          const rowsByKey = KEYS.map((_, each) => clock.pages.findIndex((page) => page.key === each));
          expect(KEYS.map(([hi, lo]) => rows.table.find(hi, lo))).toEqual(rowsByKey);
          expect(rows.table.size).toBe(clock.pages.length);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('goes on as before when it was saved and restored, into a larger table too', async () => {
    await fc.assert(
      fc.asyncProperty(capacity, fc.nat({ max: 3 }), keys, keys, async (limit, more, before, after) => {
        const original = new Rows(limit);
        before.forEach((key) => original.use(key));
        const restored = new Rows(limit + more);
        await restored.table.restore(original.saved(), NAMES);
        original.evicted.length = 0;
        const rowsOf = ({ table }: Rows) => KEYS.map(([hi, lo]) => table.find(hi, lo));
        expect(rowsOf(restored)).toEqual(rowsOf(original));
        if (more > 0) return;
        expect(after.map((key) => restored.use(key))).toEqual(after.map((key) => original.use(key)));
        expect(restored.evicted).toEqual(original.evicted);
        expect(restored.saved()).toEqual(original.saved());
      }),
      { numRuns: 300 },
    );
  });

  it('goes on in a smaller table that has room for the rows, wherever the hand was', async () => {
    const rows = new Rows(4);
    [0, 1, 2, 3, 4, 5, 6].forEach((key) => rows.use(key));
    [4, 5].forEach((key) => rows.remove(key));
    const restored = new Rows(2);
    await restored.table.restore(rows.saved(), NAMES);
    expect([3, 6, 7, 8, 9].map((key) => restored.use(key))).toEqual([4, 7, 0, 0, 0]);
  });

  it('refuses a state that has more rows than fit, or fewer than it says', async () => {
    const rows = new Rows(4);
    [0, 1, 2].forEach((key) => rows.use(key));
    const restore = (limit: number, facts: object) =>
      new Rows(limit).table.restore(
        storedPart('rows', { ...rows.table.facts(), ...facts }, rows.table.openImage(NAMES)),
        NAMES,
      );
    await expect(restore(2, {})).rejects.toThrow(
      'the stored state has 3 rows, and MAX_ROWS is 2: it has to be 3 at least',
    );
    await expect(restore(4, { size: 4 })).rejects.toThrow('rows.rows of the stored state should have');
    await expect(restore(4, { hand: -1 })).rejects.toThrow(RangeError);
    await expect(restore(4, {})).resolves.toBeUndefined();
  });
});
