import type { AddressPool } from './address-pool.js';
import type { IpKey } from './ip-key.js';
import { MAPPED_WORDS } from './ip-key.js';
import { RecentPair } from './recent-pair.js';

/** Where a pair of addresses is in a row. */
export interface IpPairLayout {
  /** Two words: an IPv4 address, or the number of an entry of the pool. */
  readonly ips: number;
  readonly otherTime: number;
  /** A word whose two highest bits say whether the addresses are in the pool. */
  readonly flags: number;
}

/** The bit of the first place; that of the second is the one above. */
const FIRST_POOLED = 30;

/** A pair of IP addresses: those that are IPv4 have a word, others are in a pool. They are ordered as 128-bit numbers. */
export class IpPair extends RecentPair {
  /** @param current the address of the next event */
  constructor(
    data: Int32Array,
    private readonly layout: IpPairLayout,
    window: number,
    private readonly pool: AddressPool,
    private readonly current: IpKey,
  ) {
    super(data, layout.otherTime, window);
  }

  /** Gives the addresses of a row back that are in the pool; its words are about to be cleared. */
  forget(row: number): void {
    this.eachPooled(row, (entry) => this.pool.remove(entry));
  }

  /** Calls back with the entries of the pool that the row has. */
  eachPooled(row: number, visit: (entry: number) => void): void {
    if (this.data[row + this.layout.flags] >>> FIRST_POOLED === 0) return;
    if (this.isPooled(row, 0)) visit(this.data[row + this.layout.ips]);
    if (this.isPooled(row, 1)) visit(this.data[row + this.layout.ips + 1]);
  }

  protected holds(row: number, place: 0 | 1): boolean {
    const { current, pool } = this;
    const held = this.data[row + this.layout.ips + place];
    if (!this.isPooled(row, place)) return current.isIpv4 && held === current.words[3];
    if (current.isIpv4) return false;
    for (let word = 0; word < 4; word++) if (pool.wordOf(held, word) !== current.words[word]) return false;
    return true;
  }

  protected isBeforeSecond(row: number): boolean {
    const { words } = this.current;
    for (let word = 0; word < 4; word++) {
      const difference = (words[word] >>> 0) - (this.wordOf(row, 1, word) >>> 0);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  protected isInOrder(row: number): boolean {
    for (let word = 0; word < 4; word++) {
      const difference = (this.wordOf(row, 0, word) >>> 0) - (this.wordOf(row, 1, word) >>> 0);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  protected put(row: number, place: 0 | 1): void {
    const { data, current, pool, layout } = this;
    const at = row + layout.ips + place;
    if (this.isPooled(row, place)) pool.remove(data[at]);
    const bit = 1 << (FIRST_POOLED + place);
    if (current.isIpv4) {
      data[at] = current.words[3];
      data[row + layout.flags] &= ~bit;
    } else {
      data[at] = pool.add(current.words);
      data[row + layout.flags] |= bit;
    }
  }

  protected swap(row: number): void {
    const { data, layout } = this;
    const at = row + layout.ips;
    const first = data[at];
    data[at] = data[at + 1];
    data[at + 1] = first;
    const flags = data[row + layout.flags] >>> FIRST_POOLED;
    // Only where they differ: then both change.
    if (flags === 1 || flags === 2) data[row + layout.flags] ^= 3 << FIRST_POOLED;
  }

  private isPooled(row: number, place: 0 | 1): boolean {
    return ((this.data[row + this.layout.flags] >>> (FIRST_POOLED + place)) & 1) === 1;
  }

  private wordOf(row: number, place: 0 | 1, word: number): number {
    const held = this.data[row + this.layout.ips + place];
    if (this.isPooled(row, place)) return this.pool.wordOf(held, word);
    return word === 3 ? held : MAPPED_WORDS[word];
  }
}
