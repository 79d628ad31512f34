/** What further keys are counted under once a counter is full. */
export const OTHER = 'other';

export interface Count {
  readonly key: string;
  count: number;
}

/** Counts by key with a bounded number of keys: keys come from outside, memory does not grow with them. */
export class BoundedCounter {
  /** How often a key found no room and was counted under {@link OTHER}. */
  overflow = 0;
  private readonly counts = new Map<string, Count>();

  constructor(private readonly limit: number) {}

  /** @returns the entry counted under, this one included: a key that finds no room shares that of {@link OTHER}. */
  add(key: string): Readonly<Count> {
    let entry = this.counts.get(key);
    if (entry === undefined) {
      if (this.counts.size >= this.limit && key !== OTHER) {
        this.overflow++;
        return this.add(OTHER);
      }
      entry = { key, count: 0 };
      this.counts.set(key, entry);
    }
    entry.count++;
    return entry;
  }

  get size(): number {
    return this.counts.size;
  }

  /** The counts now, as an object of their own. */
  toRecord(): Record<string, number> {
    return Object.fromEntries(Array.from(this.counts.values(), ({ key, count }) => [key, count]));
  }
}
