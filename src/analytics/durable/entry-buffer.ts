import { ENTRY_BYTES, encodeEntry } from './journal-entry.js';
import type { JournalEntry } from './journal-entry.js';

const FIRST_ENTRIES = 64;
/** After a disk was in trouble, more room than this is given back. */
const KEPT_ENTRIES = 4_096;

/** Encoded entries, one behind the other, in one piece of memory that grows. */
export class EntryBuffer {
  count = 0;
  private buffer = Buffer.alloc(FIRST_ENTRIES * ENTRY_BYTES);

  /** @see encodeEntry */
  add(entry: JournalEntry, place: number, salt: number): void {
    const start = this.count * ENTRY_BYTES;
    if (start === this.buffer.length) {
      const larger = Buffer.alloc(2 * this.buffer.length);
      this.buffer.copy(larger);
      this.buffer = larger;
    }
    encodeEntry(entry, this.buffer, start, place, salt);
    this.count++;
  }

  /** Valid until the next call of {@link add} or {@link clear}. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.count * ENTRY_BYTES);
  }

  clear(): void {
    this.count = 0;
    if (this.buffer.length > KEPT_ENTRIES * ENTRY_BYTES)
      this.buffer = Buffer.alloc(FIRST_ENTRIES * ENTRY_BYTES);
  }
}
