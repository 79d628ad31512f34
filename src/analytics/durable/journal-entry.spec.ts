import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeEntry, encodeEntry, ENTRY_BYTES } from './journal-entry.js';
import type { JournalEntry } from './journal-entry.js';
import { journalEntry } from './journal-entry.testing.js';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function encoded(entry: JournalEntry, place = 0, salt = 0): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES);
  encodeEntry(entry, bytes, 0, place, salt);
  return bytes;
}

describe('the entries of a journal', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(journalEntry, word, word, (entry, place, salt) => {
        expect(decodeEntry(encoded(entry, place, salt), 0, place, salt)).toEqual(entry);
      }),
    );
  });

  it('leave nothing of what was there before', () => {
    fc.assert(
      fc.property(journalEntry, journalEntry, (former, entry) => {
        const bytes = encoded(former);
        encodeEntry(entry, bytes, 0, 0, 0);
        expect(bytes).toEqual(encoded(entry));
      }),
    );
  });

  it('are refused when a single bit is another one', () => {
    fc.assert(
      fc.property(journalEntry, fc.nat({ max: 8 * ENTRY_BYTES - 1 }), (entry, bit) => {
        const bytes = encoded(entry);
        bytes[bit >> 3] ^= 1 << (bit & 7);
        expect(decodeEntry(bytes, 0, 0, 0)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  it('are refused at another place and in another journal', () => {
    fc.assert(
      fc.property(journalEntry, word, word, (entry, other, salt) => {
        fc.pre(other !== 7);
        expect(decodeEntry(encoded(entry, 7, salt), 0, other, salt)).toBeNull();
        expect(decodeEntry(encoded(entry, 7, 7), 0, 7, other)).toBeNull();
      }),
    );
  });

  it('take the 32 bits of a hash with or without a sign', () => {
    const entry = { kind: 'batch', partition: 0, from: 1, end: 2, now: 3 } as const;
    const read = decodeEntry(
      encoded({ ...entry, last: { offset: 1, timestamp: 2, hi: 0x89abcdef, lo: -1 } }),
      0,
      0,
      0,
    );
    expect(read).toMatchObject({ last: { hi: 0x89abcdef | 0, lo: -1 } });
  });
});
