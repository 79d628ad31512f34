/**
 * From hashes to entry numbers: open addressing with linear probing in one array, at most 60 % full. A slot holds
 * the entry number plus one and, in the bits above, a tag of the hash, so that most entries of other hashes are passed over
 * without a look at them (a look is a cache miss). What equals what is the owner's business.
 *
 * Deleting moves later entries back, so there are no tombstones and probes stay short however long it runs.
 */
export class SlotIndex {
  /** {@link entryAt}: an empty slot, the search is over. */
  static readonly END = -1;
  /** {@link entryAt}: another hash's entry. */
  static readonly OTHER = -2;

  private readonly slots: Int32Array;
  private readonly mask: number;
  private readonly entryMask: number;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 29) {
      throw new RangeError(`capacity must be a whole number from 1 to ${2 ** 29}, and is ${capacity}`);
    }
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(capacity / 0.6)));
    this.mask = this.slots.length - 1;
    this.entryMask = 2 ** Math.ceil(Math.log2(capacity + 1)) - 1;
  }

  /** The slot where the search for a hash begins. */
  first(lo: number): number {
    return lo & this.mask;
  }

  next(slot: number): number {
    return (slot + 1) & this.mask;
  }

  /** The entry at a slot if its tag is that of the hash, else {@link OTHER} or {@link END}. */
  entryAt(slot: number, hi: number): number {
    const value = this.slots[slot];
    if (value === 0) return SlotIndex.END;
    return ((value ^ hi) & ~this.entryMask) === 0 ? (value & this.entryMask) - 1 : SlotIndex.OTHER;
  }

  /** Adds an entry; others with the same hash stay. */
  add(hi: number, lo: number, entry: number): void {
    let slot = this.first(lo);
    while (this.slots[slot] !== 0) slot = this.next(slot);
    this.slots[slot] = (hi & ~this.entryMask) | (entry + 1);
  }

  /**
   * Removes an entry that is there.
   *
   * @param homeOf the {@link first} slot of an entry
   */
  remove(entry: number, homeOf: (entry: number) => number): void {
    const { slots, mask, entryMask } = this;
    let hole = homeOf(entry);
    while ((slots[hole] & entryMask) !== entry + 1) hole = this.next(hole);
    for (let slot = this.next(hole); slots[slot] !== 0; slot = this.next(slot)) {
      const home = homeOf((slots[slot] & entryMask) - 1);
      // It may move back only if its home is not behind the hole.
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  clear(): void {
    this.slots.fill(0);
  }
}
