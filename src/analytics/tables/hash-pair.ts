import type { Hash64 } from './key-hash.js';
import { RecentPair } from './recent-pair.js';

/** A pair of hashes, each in two words, ordered as unsigned numbers. */
export class HashPair extends RecentPair {
  private hi = 0;
  private lo = 0;

  /** @param keys the first of four words of a row */
  constructor(
    data: Int32Array,
    private readonly keys: number,
    otherTime: number,
    window: number,
  ) {
    super(data, otherTime, window);
  }

  /** Of whom the next event is. */
  set key({ hi, lo }: Hash64) {
    this.hi = hi | 0;
    this.lo = lo | 0;
  }

  /** Where in the row, which has keys, the current one is: null if nowhere. */
  placeOf(row: number): 0 | 1 | null {
    if (this.holds(row, 0)) return 0;
    return this.otherTimeOf(row) > 0 && this.holds(row, 1) ? 1 : null;
  }

  /** Forgets the key in the second place, after letting that in the first one come there if that is the one to go. */
  remove(row: number, place: 0 | 1): void {
    if (place === 0) this.swap(row);
    this.data[row + this.keys + 2] = 0;
    this.data[row + this.keys + 3] = 0;
  }

  protected holds(row: number, place: 0 | 1): boolean {
    const at = row + this.keys + 2 * place;
    return this.data[at] === this.hi && this.data[at + 1] === this.lo;
  }

  protected isBeforeSecond(row: number): boolean {
    const at = row + this.keys + 2;
    return isBefore(this.hi, this.lo, this.data[at], this.data[at + 1]);
  }

  protected isInOrder(row: number): boolean {
    const { data } = this;
    const at = row + this.keys;
    return isBefore(data[at], data[at + 1], data[at + 2], data[at + 3]);
  }

  protected put(row: number, place: 0 | 1): void {
    const at = row + this.keys + 2 * place;
    this.data[at] = this.hi;
    this.data[at + 1] = this.lo;
  }

  protected swap(row: number): void {
    const { data } = this;
    const at = row + this.keys;
    const [hi, lo] = [data[at], data[at + 1]];
    data[at] = data[at + 2];
    data[at + 1] = data[at + 3];
    data[at + 2] = hi;
    data[at + 3] = lo;
  }
}

const isBefore = (hi: number, lo: number, otherHi: number, otherLo: number): boolean =>
  hi === otherHi ? lo >>> 0 < otherLo >>> 0 : hi >>> 0 < otherHi >>> 0;
