import type { ImageColumn } from '../state-image.js';
import { KeyHash } from './key-hash.js';
import { RowImage } from './row-image.js';
import { SlotIndex } from './slot-index.js';
import type { StoredPart } from './stored-part.js';
import { fromWords, highWord, lowWord } from './time-words.js';

/** Words of an entry. */
const HI = 0;
const LO = 1;
const ARRIVAL = 2;
const OFFSET = 4;
const PARTITION = 6;
/** Low half of the hash that the index goes by: where its search begins. */
const INDEX_HASH = 7;
const STRIDE = 8;

/** How many windows long a span is: the longer, the more often one span is all there is to search. */
const WINDOWS_PER_SPAN = 4;
/** A full ring takes an entry out of the index for each that it adds, and that takes long where the index is full. */
const INDEX_FILL = 0.5;

/**
 * The last `limit` records that were processed, in a ring: value hash, arrival and position.
 *
 * The index goes by hash *and* span of arrival, a span being four windows long, so a search is for one or two keys: the
 * arrival's span, and the neighbour if the window reaches into it. As only records that are no duplicates are remembered,
 * two entries of one hash are more than a window apart, so at most four share a key: no input, not even a million copies of
 * one value at chosen arrivals, makes a search longer. What expires is only what the ring overwrites: partitions are read at
 * different speeds, so no clock would be right for all of them.
 */
export class DedupeTable {
  /** Entries remembered now. */
  size = 0;
  private readonly entries: Int32Array;
  private readonly index: SlotIndex;
  private readonly spanMs: number;
  /** Where the next entry goes: over the oldest one when the ring is full. */
  private next = 0;
  private open: RowImage | null = null;
  /** Hash of a value and a span. */
  private readonly key = new KeyHash([0, 0]);
  private readonly keyBytes = new Uint8Array(16);
  private readonly keyWords = new Int32Array(this.keyBytes.buffer);

  /**
   * @param limit entries at most
   * @param windowMs arrivals at most this far apart make a duplicate
   */
  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {
    this.entries = new Int32Array(limit * STRIDE);
    this.index = new SlotIndex(limit, INDEX_FILL);
    this.spanMs = WINDOWS_PER_SPAN * (windowMs + 1);
  }

  /** Whether a record with this value hash was processed at another position, at most a window before or after. */
  isDuplicate(hi: number, lo: number, arrivalMs: number, partition: number, offset: number): boolean {
    const first = this.spanOf(arrivalMs - this.windowMs);
    const last = this.spanOf(arrivalMs + this.windowMs);
    for (let span = first; span <= last; span++) {
      this.hashKey(hi, lo, span);
      const home = this.index.first(this.key.lo);
      const tag = this.index.tagOf(this.key.hi, home);
      for (let slot = home; ; slot = this.index.next(slot)) {
        const entry = this.index.entryAt(slot, tag);
        if (entry === SlotIndex.END) break;
        if (entry >= 0 && this.makesDuplicate(entry * STRIDE, hi, lo, arrivalMs, partition, offset))
          return true;
      }
    }
    return false;
  }

  private makesDuplicate(
    at: number,
    hi: number,
    lo: number,
    arrivalMs: number,
    partition: number,
    offset: number,
  ): boolean {
    const { entries } = this;
    return (
      entries[at + HI] === (hi | 0) &&
      entries[at + LO] === (lo | 0) &&
      Math.abs(arrivalMs - this.arrivalOf(at)) <= this.windowMs &&
      (entries[at + PARTITION] !== partition ||
        fromWords(entries[at + OFFSET], entries[at + OFFSET + 1]) !== offset)
    );
  }

  /** Remembers a record that was processed, so one that {@link isDuplicate} did not find to be a duplicate. */
  remember(hi: number, lo: number, arrivalMs: number, partition: number, offset: number): void {
    const { entries, next } = this;
    if (this.open !== null) this.open.keep(next);
    if (this.size === this.limit) this.index.remove(next, this.homeOf);
    else this.size++;
    const at = next * STRIDE;
    this.hashKey(hi, lo, this.spanOf(arrivalMs));
    entries[at + HI] = hi;
    entries[at + LO] = lo;
    entries[at + ARRIVAL] = lowWord(arrivalMs);
    entries[at + ARRIVAL + 1] = highWord(arrivalMs);
    entries[at + OFFSET] = lowWord(offset);
    entries[at + OFFSET + 1] = highWord(offset);
    entries[at + PARTITION] = partition;
    entries[at + INDEX_HASH] = this.key.lo;
    this.index.add(this.key.hi, this.key.lo, next);
    this.next = next + 1 === this.limit ? 0 : next + 1;
  }

  private arrivalOf(at: number): number {
    return fromWords(this.entries[at + ARRIVAL], this.entries[at + ARRIVAL + 1]);
  }

  private spanOf(arrivalMs: number): number {
    return Math.floor(arrivalMs / this.spanMs);
  }

  private hashKey(hi: number, lo: number, span: number): void {
    this.keyWords[0] = hi;
    this.keyWords[1] = lo;
    this.keyWords[2] = lowWord(span);
    this.keyWords[3] = highWord(span);
    this.key.ofBytes(this.keyBytes);
  }

  private readonly homeOf = (entry: number): number =>
    this.index.first(this.entries[entry * STRIDE + INDEX_HASH]);

  /** Bytes of memory that the entries take, with their share of the index. */
  get bytes(): number {
    return this.size * (4 * STRIDE + this.index.bytes / this.limit);
  }

  facts(): object {
    return { size: this.size, oldest: this.size === this.limit ? this.next : 0 };
  }

  openImage(part: string): readonly ImageColumn[] {
    this.open = new RowImage([{ name: `${part}.entries`, words: this.entries, stride: STRIDE }], this.size);
    return this.open.columns;
  }

  closeImage(): void {
    this.open?.close();
    this.open = null;
  }

  /** Takes the entries of an image into an empty table: where there are too many, the newest ones. */
  async restore(stored: StoredPart): Promise<void> {
    const { entries, limit } = this;
    const size = stored.whole('size');
    const oldest = stored.whole('oldest', Math.max(0, size - 1));
    if (size === limit || (size < limit && oldest === 0)) {
      await stored.column('entries', entries.subarray(0, size * STRIDE));
      this.size = size;
      this.next = size === limit ? oldest : size;
    } else {
      // The limit has changed: the oldest one has to be the first.
      const all = new Int32Array(size * STRIDE);
      await stored.column('entries', all);
      this.size = Math.min(size, limit);
      this.next = this.size % limit;
      for (let entry = 0, from = (oldest + size - this.size) % size; entry < this.size; entry++) {
        entries.set(all.subarray(from * STRIDE, (from + 1) * STRIDE), entry * STRIDE);
        from = from + 1 === size ? 0 : from + 1;
      }
    }
    for (let entry = 0; entry < this.size; entry++) this.addToIndex(entry);
  }

  /** The window may be another than when the entry was made, and its span, too. */
  private addToIndex(entry: number): void {
    const at = entry * STRIDE;
    this.hashKey(this.entries[at + HI], this.entries[at + LO], this.spanOf(this.arrivalOf(at)));
    this.entries[at + INDEX_HASH] = this.key.lo;
    this.index.add(this.key.hi, this.key.lo, entry);
  }
}
