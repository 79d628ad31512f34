import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SlotIndex } from './slot-index.js';

const CAPACITY = 12;

/** Entries with the hash of each, so few that they crowd. */
const hashes = fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -3, max: 3 })), {
  minLength: CAPACITY,
  maxLength: CAPACITY,
});
const steps = fc.array(fc.nat({ max: CAPACITY - 1 }), { maxLength: 60 });

function found(index: SlotIndex, hi: number, lo: number): number[] {
  const entries: number[] = [];
  const first = index.first(lo);
  const tag = index.tagOf(hi, first);
  for (let slot = first; ; slot = index.next(slot)) {
    const entry = index.entryAt(slot, tag);
    if (entry === SlotIndex.END) return entries;
    if (entry >= 0) entries.push(entry);
  }
}

describe(SlotIndex.name, () => {
  it('finds what was added and not removed, and meets each entry once', () => {
    fc.assert(
      fc.property(hashes, steps, (hashOf, toggled) => {
        const index = new SlotIndex(CAPACITY);
        const present = new Set<number>();
        for (const entry of toggled) {
          if (present.delete(entry)) index.remove(entry, (other) => index.first(hashOf[other][1]));
          else {
            present.add(entry);
            index.add(hashOf[entry][0], hashOf[entry][1], entry);
          }
          const counts = hashOf.map(
            ([hi, lo], sought) => found(index, hi, lo).filter((each) => each === sought).length,
          );
          expect(counts).toEqual(hashOf.map((_, sought) => (present.has(sought) ? 1 : 0)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does so where runs of entries are long, and where they go round the end', () => {
    const entries = 300;
    // Low halves whose homes are at both ends of the slots, or close together.
    const lo = fc.oneof(
      fc.integer({ min: -(2 ** 26), max: 2 ** 26 }),
      fc.integer({ min: 2 ** 30, max: 2 ** 30 + 2 ** 25 }),
    );
    const many = fc.array(fc.tuple(fc.integer(), lo), {
      minLength: entries,
      maxLength: entries,
      size: 'max',
    });
    fc.assert(
      fc.property(many, fc.infiniteStream(fc.nat({ max: entries - 1 })), (hashOf, order) => {
        const index = new SlotIndex(entries, 0.9);
        const present = new Set(hashOf.keys());
        hashOf.forEach(([hi, low], entry) => index.add(hi, low, entry));
        for (let step = 0; step < 150; step++) {
          const entry = order.next().value as number;
          if (present.delete(entry)) index.remove(entry, (other) => index.first(hashOf[other][1]));
        }
        const there = hashOf.map(([hi, low], entry) => found(index, hi, low).includes(entry));
        expect(there).toEqual(hashOf.map((_, entry) => present.has(entry)));
      }),
      { numRuns: 200 },
    );
  });

  it('passes over entries whose hash has another tag', () => {
    const index = new SlotIndex(CAPACITY);
    index.add(0x10 << 20, 5, 0);
    index.add(0x20 << 20, 5, 1);
    expect(found(index, 0x20 << 20, 5)).toEqual([1]);
    expect(found(index, 0x30 << 20, 5)).toEqual([]);
  });

  it('holds as many entries as it promises, of one and of different hashes, at every capacity', () => {
    for (const capacity of [1, 2, 3, 4, 7, 8, 15, 16, 17, 614, 615]) {
      for (const spread of [0, 1]) {
        const index = new SlotIndex(capacity);
        for (let entry = 0; entry < capacity; entry++) index.add(-1, entry * spread, entry);
        expect(found(index, -1, (capacity - 1) * spread)).toContain(capacity - 1);
        expect(found(index, -1, capacity - 1 + 2 ** 20)).not.toContain(capacity);
      }
    }
  });

  it.each([0, -1, 1.5, NaN, 2 ** 29 + 1])('refuses a capacity of %p', (capacity) => {
    expect(() => new SlotIndex(capacity)).toThrow(RangeError);
  });
});
