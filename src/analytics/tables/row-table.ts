import { SlotIndex } from './slot-index.js';
import { fill, scalar } from './table-state.js';
import type { Columns, Scalars, TableState } from './table-state.js';

/** Each row starts with the two halves of its key's hash. */
export const KEY_WORDS = 2;

/**
 * Rows of 32-bit words by the 64-bit hash of their key: at most `capacity`, in one array, so that a row is in one or two
 * cache lines. When it is full, the row that goes is found by CLOCK (second chance): a hand goes round, takes the mark of
 * rows that were used since it last passed, and evicts the first that has none.
 *
 * Everything is allocated at once. Pages that no row has reached cost address space, not memory.
 */
export class RowTable implements TableState {
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
    for (let slot = index.first(lo); ; slot = index.next(slot)) {
      const row = index.entryAt(slot, hi);
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
    }
    this.used[row >>> 5] |= 1 << (row & 31);
    return row;
  }

  private evict(): number {
    const row = this.passHand();
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

  columns(): Columns {
    const { size } = this;
    return { rows: this.data.subarray(0, size * this.stride), used: this.used.subarray(0, wordsFor(size)) };
  }

  scalars(): Scalars {
    return { size: this.size, hand: this.hand, evictions: this.evictions };
  }

  restore(columns: Columns, scalars: Scalars): void {
    const size = scalar(scalars, 'size', this.capacity);
    const hand = scalar(scalars, 'hand', this.capacity - 1);
    fill(this.used, columns, 'used', wordsFor(size));
    fill(this.data, columns, 'rows', size * this.stride);
    this.size = size;
    this.hand = hand;
    this.evictions = scalar(scalars, 'evictions');
    this.index.clear();
    for (let row = 0, at = 0; row < size; row++, at += this.stride) {
      this.index.add(this.data[at], this.data[at + 1], row);
    }
  }
}

const wordsFor = (bits: number): number => (bits + 31) >>> 5;
