import type { StoredPart } from './tables/stored-part.js';

/** What further keys are counted under once a counter is full. */
export const OTHER = 'other';

/** How an assignment would define a property: one of `__proto__` defines none. */
const ORDINARY = { writable: true, enumerable: true, configurable: true } as const;

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

  facts(): object {
    return {
      overflow: this.overflow,
      counts: Array.from(this.counts.values(), ({ key, count }) => [key, count]),
    };
  }

  /** Takes the counts of an image into an empty counter, also more of them than there is room for now. */
  restore(stored: StoredPart): void {
    this.overflow = stored.whole('overflow');
    for (const [key, count] of stored.counts('counts')) this.counts.set(key, { key, count });
  }

  /** The counts now, as an object of their own. */
  toRecord(): Record<string, number> {
    const record: Record<string, number> = {};
    for (const { key, count } of this.counts.values()) {
      if (key === '__proto__') Object.defineProperty(record, key, { value: count, ...ORDINARY });
      else record[key] = count; // three times as fast as Object.fromEntries: some summaries come every ten records
    }
    return record;
  }
}
