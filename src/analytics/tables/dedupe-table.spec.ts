import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { DedupeTable } from './dedupe-table.js';
import { SlotIndex } from './slot-index.js';
import { PlainDedupe, storedPart } from './testing.js';

const VALUES: Record<string, [hi: number, lo: number]> = { a: [0, 0], b: [1, 0], c: [0, -1], d: [-1, 7] };

const record = fc.record({
  value: fc.constantFrom(...Object.keys(VALUES)),
  arrival: fc.oneof(
    fc.integer({ min: -3, max: 40 }),
    fc.integer({ min: 90, max: 110 }),
    fc.integer({ min: 2 ** 53 - 30, max: 2 ** 53 - 20 }),
  ),
  partition: fc.nat({ max: 1 }),
  offset: fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 2 ** 53 - 3, max: 2 ** 53 - 1 })),
});
type PlainRecord = typeof record extends fc.Arbitrary<infer Value> ? Value : never;
const records = fc.array(record, { maxLength: 60 });
const limit = fc.integer({ min: 1, max: 12 });
const window = fc.constantFrom(0, 1, 5, 11);

type Dedupe = Pick<PlainDedupe, 'isDuplicate' | 'remember'>;

/** The table behind the plain one's methods. */
class Table implements Dedupe {
  readonly table: DedupeTable;

  constructor(limit: number, window: number) {
    this.table = new DedupeTable(limit, window);
  }

  isDuplicate({ value, arrival, partition, offset }: PlainRecord): boolean {
    return this.table.isDuplicate(...VALUES[value], arrival, partition, offset);
  }

  remember({ value, arrival, partition, offset }: PlainRecord): void {
    this.table.remember(...VALUES[value], arrival, partition, offset);
  }
}

const WINDOW = 600_000;

/** What the service does with a record. */
function process(table: Dedupe, each: PlainRecord): boolean {
  const duplicate = table.isDuplicate(each);
  if (!duplicate) table.remember(each);
  return duplicate;
}

describe(DedupeTable.name, () => {
  it('finds the duplicates that a search through the last records finds', () => {
    fc.assert(
      fc.property(limit, window, records, (entries, ms, list) => {
        const table = new Table(entries, ms);
        const plain = new PlainDedupe(entries, ms);
        expect(list.map((each) => process(table, each))).toEqual(list.map((each) => process(plain, each)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('does so too when duplicates are remembered', () => {
    fc.assert(
      fc.property(limit, window, records, (entries, ms, list) => {
        const table = new Table(entries, ms);
        const plain = new PlainDedupe(entries, ms);
        const found = (tables: Dedupe) =>
          list.map((each) => {
            const duplicate = tables.isDuplicate(each);
            tables.remember(each);
            return duplicate;
          });
        expect(found(table)).toEqual(found(plain));
      }),
      { numRuns: 500 },
    );
  });

  it('goes on as before when it was saved and restored, with another limit and another window too', async () => {
    await fc.assert(
      fc.asyncProperty(
        limit,
        limit,
        window,
        fc.option(window),
        records,
        records,
        async (entries, others, ms, other, before, after) => {
          const original = new Table(entries, ms);
          const kept = new PlainDedupe(entries, ms);
          for (const each of before) {
            process(original, each);
            process(kept, each);
          }
          const restored = new Table(others, other ?? ms);
          const columns = original.table.openImage('values');
          await restored.table.restore(storedPart('values', original.table.facts(), columns));
          const plain = new PlainDedupe(others, other ?? ms);
          kept.records.forEach((each) => plain.remember(each));
          expect(restored.table.size).toBe(plain.records.length);
          expect(after.map((each) => process(restored, each))).toEqual(
            after.map((each) => process(plain, each)),
          );
        },
      ),
      { numRuns: 800 },
    );
  });

  it('refuses a state that has fewer entries than it says, or an oldest one that is none of them', async () => {
    const table = new Table(4, 1);
    for (let offset = 0; offset < 5; offset++)
      table.remember({ value: 'a', arrival: 9 * offset, partition: 0, offset });
    const restore = (facts: object) =>
      new DedupeTable(4, 1).restore(
        storedPart('values', { ...table.table.facts(), ...facts }, table.table.openImage('values')),
      );
    await expect(restore({ size: 3 })).rejects.toThrow(RangeError);
    await expect(restore({ oldest: 4 })).rejects.toThrow(RangeError);
    await expect(restore({})).resolves.toBeUndefined();
  });

  it.each([
    ['just over a window apart', WINDOW + 1],
    ['a span apart', 4 * (WINDOW + 1)],
    ['spans apart that differ in high bits only', 4 * (WINDOW + 1) * 2 ** 20],
  ])('is not slowed down by one value at arrivals %s', (_, apart) => {
    const next = jest.spyOn(SlotIndex.prototype, 'next');
    const entries = 5_000;
    const table = new DedupeTable(entries, WINDOW);
    let longest = 0;
    for (let offset = 0; offset < 2 * entries; offset++) {
      next.mockClear();
      table.isDuplicate(7, 9, offset * apart, 0, offset);
      table.remember(7, 9, offset * apart, 0, offset);
      longest = Math.max(longest, next.mock.calls.length);
    }
    next.mockRestore();
    // A search, an addition and a removal, each of which passes the entries of a few spans at most.
    expect(longest).toBeLessThan(400);
  });
});
