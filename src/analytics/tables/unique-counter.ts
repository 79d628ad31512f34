import { estimateDistinct } from './estimate-distinct.js';
import type { ImageColumn } from '../state-image.js';
import { CopiedColumn } from './copied-column.js';
import type { StoredPart } from './stored-part.js';

/** 2^18 registers: a standard error of 1.04 / 2^9 = 0.2 %, so that 1 % is almost five of them. */
const PRECISION = 18;
const REGISTERS = 2 ** PRECISION;
/** Bits of a hash behind the register's number. */
const RANK_BITS = 64 - PRECISION;
/** The count is exact up to here. */
const EXACT_LIMIT = 1_024;
const EXACT_SLOTS = 4_096;

/**
 * How many distinct 64-bit hashes were added: exact up to 1,024, then a HyperLogLog with Ertl's improved estimator
 * ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6), which has no range where it
 * needs a correction. The hashes must be uniform, those of {@link KeyHash} are.
 */
export class UniqueCounter {
  private readonly registers = new Uint8Array(REGISTERS);
  /** How many registers have each value. */
  private readonly histogram = new Int32Array(RANK_BITS + 2);
  /** A small open-addressing set of hashes, two words a slot; the hash 0 has the field instead. */
  private readonly exact = new Int32Array(2 * EXACT_SLOTS);
  private hasZero = 0;
  /** Distinct hashes seen, those forgotten too; {@link EXACT_LIMIT} + 1 meaning that there are more than fit. */
  private exactCount = 0;

  constructor() {
    this.histogram[0] = REGISTERS;
  }

  add(hi: number, lo: number): void {
    const register = hi >>> (32 - PRECISION);
    // The leading zeros of what is left: 14 bits of hi, then lo.
    const high = hi << PRECISION;
    const rank = (high !== 0 ? Math.clz32(high) : 32 - PRECISION + Math.clz32(lo)) + 1;
    const before = this.registers[register];
    if (rank > before) {
      this.registers[register] = rank;
      this.histogram[before]--;
      this.histogram[rank]++;
    }
    if (this.exactCount <= EXACT_LIMIT) this.addExactly(hi | 0, lo | 0);
  }

  private addExactly(hi: number, lo: number): void {
    const { exact } = this;
    if ((hi | lo) === 0) {
      this.exactCount += 1 - this.hasZero;
      this.hasZero = 1;
      return;
    }
    for (let slot = lo & (EXACT_SLOTS - 1); ; slot = (slot + 1) & (EXACT_SLOTS - 1)) {
      const at = 2 * slot;
      if (exact[at] === hi && exact[at + 1] === lo) return;
      if ((exact[at] | exact[at + 1]) !== 0) continue;
      exact[at] = hi;
      exact[at + 1] = lo;
      // One more than is kept exactly: from now on nothing reads them.
      if (++this.exactCount > EXACT_LIMIT) exact.fill(0);
      return;
    }
  }

  /**
   * Keeps the hash itself no longer, if it is kept. It stays counted, and is counted once more should it come again while the
   * count is exact; registers hold no hash.
   */
  forget(hi: number, lo: number): void {
    const { exact } = this;
    [hi, lo] = [hi | 0, lo | 0];
    if ((hi | lo) === 0) {
      this.hasZero = 0;
      return;
    }
    const after = (slot: number) => (slot + 1) & (EXACT_SLOTS - 1);
    let gap = lo & (EXACT_SLOTS - 1);
    while (exact[2 * gap] !== hi || exact[2 * gap + 1] !== lo) {
      if ((exact[2 * gap] | exact[2 * gap + 1]) === 0) return;
      gap = after(gap);
    }
    for (let slot = after(gap); (exact[2 * slot] | exact[2 * slot + 1]) !== 0; slot = after(slot)) {
      const home = exact[2 * slot + 1] & (EXACT_SLOTS - 1);
      // Whatever would not be found behind the gap moves into it.
      if (((slot - home) & (EXACT_SLOTS - 1)) < ((slot - gap) & (EXACT_SLOTS - 1))) continue;
      exact.copyWithin(2 * gap, 2 * slot, 2 * slot + 2);
      gap = slot;
    }
    exact.fill(0, 2 * gap, 2 * gap + 2);
  }

  /** The number of distinct hashes, within 1 % (4.9 standard errors) where it is not exact. */
  get count(): number {
    return this.exactCount <= EXACT_LIMIT
      ? this.exactCount
      : Math.max(this.exactCount, Math.round(estimateDistinct(this.histogram)));
  }

  facts(): object {
    return { exactCount: this.exactCount, hasZero: this.hasZero };
  }

  imageColumns(part: string): ImageColumn[] {
    return [
      new CopiedColumn(`${part}.registers`, this.registers),
      new CopiedColumn(`${part}.exact`, this.exact),
    ];
  }

  /** Takes what was counted in an image into an empty counter. */
  async restore(stored: StoredPart): Promise<void> {
    this.exactCount = stored.whole('exactCount', EXACT_LIMIT + 1);
    this.hasZero = stored.whole('hasZero', 1);
    await stored.column('registers', this.registers);
    await stored.column('exact', this.exact);
    this.histogram.fill(0);
    for (const value of this.registers) {
      if (value > RANK_BITS + 1) throw stored.misfit('registers', `numbers up to ${RANK_BITS + 1}`);
      this.histogram[value]++;
    }
  }
}
