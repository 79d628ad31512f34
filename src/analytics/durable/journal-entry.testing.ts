import fc from 'fast-check';
import type { JournalEntry } from './journal-entry.js';

const half = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const offset = fc.maxSafeNat();
const time = fc.oneof(fc.constant(-1), fc.maxSafeNat());
const partition = fc.nat({ max: 2 ** 31 - 1 });

/** Any entry that a journal can hold. */
export const journalEntry: fc.Arbitrary<JournalEntry> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('batch' as const),
      partition,
      from: offset,
      end: offset,
      now: time,
      last: fc.record({ offset, timestamp: time, hi: half, lo: half }, { noNullPrototype: true }),
    },
    { noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant('summary' as const), now: time }, { noNullPrototype: true }),
  fc.record(
    {
      kind: fc.constant('forget' as const),
      keys: fc.record({ hi: half, lo: half, deviceHi: half, deviceLo: half }, { noNullPrototype: true }),
    },
    { noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant('reset' as const), partition }, { noNullPrototype: true }),
);

/** The batch of one record at `offset`. */
export function batchOf(offset: number): JournalEntry {
  const last = { offset, timestamp: 1_700_000_000_000 + offset, hi: offset, lo: ~offset };
  return { kind: 'batch', partition: 0, from: offset, end: offset + 1, now: last.timestamp, last };
}
