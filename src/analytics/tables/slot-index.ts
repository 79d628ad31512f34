/** How full it gets where nothing else is said: fuller ones need less memory, and longer searches. */
const FILL = 0.7;
/** Bits of a slot's home that it holds at most: searches are seldom longer than 2^6. */
const HOME_BITS = 6;

/**
 * From hashes to entry numbers: open addressing with linear probing in one array. A slot holds the entry number plus one and, in
 * the bits above, a tag, so that most entries of other hashes are passed over without a look at them (a look is a cache miss).
 * What equals what is the owner's business.
 *
 * The tag is made of bits of the hash and of the low bits of the slot where the search for it begins, its home. By those a
 * removal knows, again without a look, which of the entries behind it have to move back: so there are no tombstones, and
 * searches stay short however long it runs.
 */
export class SlotIndex {
  /** {@link entryAt}: an empty slot, the search is over. */
  static readonly END = -1;
  /** {@link entryAt}: another hash's entry. */
  static readonly OTHER = -2;

  private readonly slots: Int32Array;
  private readonly entryBits: number;
  private readonly entryMask: number;
  private readonly homeMask: number;
  /** Bits of a tag that are of the hash. */
  private readonly hashMask: number;
  /** Slots for each value that the low half of a hash can have. */
  private readonly scale: number;

  /** @param fill the part of the slots that is in use at capacity, below 1 */
  constructor(capacity: number, fill = FILL) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 29) {
      throw new RangeError(`capacity must be a whole number from 1 to ${2 ** 29}, and is ${capacity}`);
    }
    // One slot at least has to be empty, where searches end.
    this.slots = new Int32Array(Math.max(capacity + 1, Math.ceil(capacity / fill)));
    this.scale = this.slots.length / 2 ** 32;
    this.entryBits = Math.ceil(Math.log2(capacity + 1));
    const homeBits = Math.min(HOME_BITS, Math.ceil((32 - this.entryBits) / 2));
    this.entryMask = 2 ** this.entryBits - 1;
    this.homeMask = 2 ** homeBits - 1;
    this.hashMask = -(2 ** (this.entryBits + homeBits)) | 0;
  }

  /** The slot where the search for a hash begins. */
  first(lo: number): number {
    return ((lo >>> 0) * this.scale) | 0;
  }

  next(slot: number): number {
    return slot + 1 === this.slots.length ? 0 : slot + 1;
  }

  /** What the entries of a hash have in their slots. */
  tagOf(hi: number, first: number): number {
    return (hi & this.hashMask) | ((first & this.homeMask) << this.entryBits);
  }

  /** The entry at a slot if its tag is the one that is sought, else {@link OTHER} or {@link END}. */
  entryAt(slot: number, tag: number): number {
    const value = this.slots[slot];
    if (value === 0) return SlotIndex.END;
    return ((value ^ tag) & ~this.entryMask) === 0 ? (value & this.entryMask) - 1 : SlotIndex.OTHER;
  }

  /** Adds an entry; others with the same hash stay. */
  add(hi: number, lo: number, entry: number): void {
    const first = this.first(lo);
    let slot = first;
    while (this.slots[slot] !== 0) slot = this.next(slot);
    this.slots[slot] = this.tagOf(hi, first) | (entry + 1);
  }

  /**
   * Removes an entry that is there.
   *
   * @param homeOf the {@link first} slot of an entry
   */
  remove(entry: number, homeOf: (entry: number) => number): void {
    const { slots, entryBits, entryMask, homeMask } = this;
    const { length } = slots;
    let hole = homeOf(entry);
    const start = this.startOfRun(hole);
    while ((slots[hole] & entryMask) !== entry + 1) hole = this.next(hole);
    for (let slot = this.next(hole); slots[slot] !== 0; slot = this.next(slot)) {
      // No home is before the run's start: near it, some low bits are enough to tell which one it is.
      const home =
        slot >= start && slot <= start + homeMask
          ? slot - ((slot - (slots[slot] >>> entryBits)) & homeMask)
          : homeOf((slots[slot] & entryMask) - 1);
      const fromHome = slot < home ? slot - home + length : slot - home;
      const fromHole = slot < hole ? slot - hole + length : slot - hole;
      // It may move back only if its home is not behind the hole.
      if (fromHome >= fromHole) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  /** All that it takes, however many entries it has. */
  get bytes(): number {
    return this.slots.byteLength;
  }

  /** First of the slots in use that a slot is among, or infinity if that is far away or the run goes round the end. */
  private startOfRun(slot: number): number {
    const { slots, homeMask } = this;
    for (let start = slot; start > 0 && slot - start <= homeMask; start--)
      if (slots[start - 1] === 0) return start;
    return Infinity;
  }
}
