import type { ImageColumn } from '../state-image.js';
import { CopiedColumn } from './copied-column.js';
import { RowImage } from './row-image.js';
import type { RowArray } from './row-image.js';
import { SlotIndex } from './slot-index.js';
import type { StoredPart } from './stored-part.js';

/** Each row starts with the two halves of its key's hash. */
export const KEY_WORDS = 2;

/** What the rows are of, for people. */
export interface RowNames {
  /** The part of an image, like `users`. */
  readonly part: string;
  /** The setting that says how many there may be. */
  readonly setting: string;
}

/**
 * Rows of 32-bit words by the 64-bit hash of their key: at most `capacity`, in one array, so that a row is in one or two
 * cache lines. When it is full, the row that goes is found by CLOCK (second chance): a hand goes round, takes the mark of
 * rows that were used since it last passed, and evicts the first that has none.
 *
 * Everything is allocated at once. Pages that no row has reached cost address space, not memory.
 *
 * A row may be written only after {@link findOrAdd} gave it, or {@link keep} was called: an open image may need its words.
 */
export class RowTable {
  /** Rows of {@link stride} words: hash (hi, lo), then the owner's words, zero in a new row. */
  readonly data: Int32Array;
  /** Words a row. */
  readonly stride: number;
  /** Whether the last {@link findOrAdd} made a new row. */
  added = false;
  /** Rows in use. */
  size = 0;
  /** Rows evicted so far. */
  evictions = 0;
  private readonly index: SlotIndex;
  /** A bit a row: used since the hand last passed. */
  private readonly used: Int32Array;
  private hand = 0;
  private open: RowImage | null = null;

  /**
   * @param onEvict is told the row before its words are cleared for another key
   * @param ownerWords how many words of a row are the owner's
   */
  constructor(
    readonly capacity: number,
    private readonly onEvict: (row: number) => void,
    ownerWords = 0,
  ) {
    this.stride = KEY_WORDS + ownerWords;
    this.data = new Int32Array(capacity * this.stride);
    this.used = new Int32Array(wordsFor(capacity));
    this.index = new SlotIndex(capacity);
  }

  /** The row of a key, or -1. Does not count as use. */
  find(hi: number, lo: number): number {
    const { index, data, stride } = this;
    const first = index.first(lo);
    const tag = index.tagOf(hi, first);
    for (let slot = first; ; slot = index.next(slot)) {
      const row = index.entryAt(slot, tag);
      if (row >= 0) {
        if (data[row * stride] === (hi | 0) && data[row * stride + 1] === (lo | 0)) return row;
      } else if (row === SlotIndex.END) return -1;
    }
  }

  /** The row of a key, made if need be, and marked as used. {@link added} says which. */
  findOrAdd(hi: number, lo: number): number {
    let row = this.find(hi, lo);
    this.added = row < 0;
    if (row < 0) {
      row = this.size < this.capacity ? this.size++ : this.evict();
      this.data[row * this.stride] = hi;
      this.data[row * this.stride + 1] = lo;
      this.index.add(hi, lo, row);
    } else if (this.open !== null) this.open.keep(row);
    this.used[row >>> 5] |= 1 << (row & 31);
    return row;
  }

  /** The row is about to be written. */
  keep(row: number): void {
    if (this.open !== null) this.open.keep(row);
  }

  /** Takes a row out; the last one moves to its place. Whoever has words beside the rows has to move them, too. */
  remove(row: number): void {
    const { data, stride, used } = this;
    const last = this.size - 1;
    const from = last * stride;
    this.keep(row);
    this.keep(last);
    this.index.remove(row, this.homeOf);
    if (row !== last) {
      this.index.remove(last, this.homeOf);
      data.copyWithin(row * stride, from, from + stride);
      this.index.add(data[from], data[from + 1], row);
      moveBit(used, last, row);
    }
    clearBit(used, last);
    data.fill(0, from, from + stride);
    this.size = last;
  }

  /** Bytes of memory that the rows in use take, with their share of the index. */
  get bytes(): number {
    return this.size * (4 * this.stride + (this.index.bytes + this.used.byteLength) / this.capacity);
  }

  private evict(): number {
    const row = this.passHand();
    this.keep(row);
    this.onEvict(row);
    const start = row * this.stride;
    this.index.remove(row, this.homeOf);
    this.data.fill(0, start, start + this.stride);
    this.evictions++;
    return row;
  }

  private passHand(): number {
    const { used, capacity } = this;
    for (;;) {
      const row = this.hand;
      const bit = 1 << (row & 31);
      this.hand = row + 1 === capacity ? 0 : row + 1;
      if ((used[row >>> 5] & bit) === 0) return row;
      used[row >>> 5] &= ~bit;
    }
  }

  private readonly homeOf = (row: number): number => this.index.first(this.data[row * this.stride + 1]);

  facts(): object {
    return { size: this.size, hand: this.hand, evictions: this.evictions };
  }

  /** @param beside arrays with the same row numbers, which are written only where this table lets rows be written */
  openImage({ part }: RowNames, beside: readonly RowArray[] = []): ImageColumn[] {
    const { data, stride, size } = this;
    const arrays = [{ name: 'rows', words: data, stride }, ...beside];
    this.open = new RowImage(
      arrays.map((array) => ({ ...array, name: `${part}.${array.name}` })),
      size,
    );
    return [...this.open.columns, new CopiedColumn(`${part}.used`, this.used.subarray(0, wordsFor(size)))];
  }

  closeImage(): void {
    this.open?.close();
    this.open = null;
  }

  /** Takes the rows of an image into an empty table. */
  async restore(
    stored: StoredPart,
    { part, setting }: RowNames,
    beside: readonly RowArray[] = [],
  ): Promise<void> {
    const { data, stride, capacity, used } = this;
    const size = stored.whole('size');
    if (size > capacity) {
      throw new RangeError(
        `the stored state has ${size} ${part}, and ${setting} is ${capacity}: it has to be ${size} at least`,
      );
    }
    this.evictions = stored.whole('evictions');
    // Where the table is smaller now, the hand may be behind its end.
    this.hand = stored.whole('hand') % capacity;
    await stored.column('rows', data.subarray(0, size * stride));
    await stored.column('used', used.subarray(0, wordsFor(size)));
    for (const array of beside) await stored.column(array.name, array.words.subarray(0, size * array.stride));
    this.size = size;
    for (let row = 0, at = 0; row < size; row++, at += stride) this.index.add(data[at], data[at + 1], row);
  }
}

export const wordsFor = (bits: number): number => (bits + 31) >>> 5;

export const clearBit = (bits: Int32Array, bit: number): void => {
  bits[bit >>> 5] &= ~(1 << (bit & 31));
};

export function moveBit(bits: Int32Array, from: number, to: number): void {
  clearBit(bits, to);
  bits[to >>> 5] |= ((bits[from >>> 5] >>> (from & 31)) & 1) << (to & 31);
}
