import type { Counts } from '../summary/summary.js';
import { OTHER } from '../bounded-counter.js';

/** Counts before a batch, as the script gives them. */
export interface CountsBefore {
  /** Keys that there were. */
  readonly size: number;
  /** By the batch's numbers, then that of `other`; null: there was none. */
  readonly known: readonly (number | null)[];
  /** Every count, where a summary may say them. */
  readonly all: ReadonlyMap<string, number> | null;
}

/** A key that was counted, and how often now. */
export interface Counted {
  key: string;
  count: number;
}

/** Goes on with the counts that there were before a batch, as the script has. */
export class RunningCounts {
  /** By number: the entry that a key is counted under, once it is known. */
  private readonly entries: (Counted | undefined)[] = [];
  private readonly names: readonly string[];
  private readonly other: number;
  private readonly counts: (Counted | undefined)[];
  private size: number;

  constructor(
    names: readonly string[],
    private readonly before: CountsBefore,
    private readonly limit: number,
  ) {
    const other = names.indexOf(OTHER);
    this.names = other < 0 ? [...names, OTHER] : names;
    this.other = other < 0 ? names.length : other;
    this.size = before.size;
    this.counts = this.names.map((key, index) => {
      const count = before.known[index] ?? null;
      return count === null ? undefined : { key, count };
    });
  }

  /** @param number of the key, from 1 */
  add(number: number): Readonly<Counted> {
    const entry = (this.entries[number - 1] ??= this.entryOf(number - 1));
    entry.count++;
    return entry;
  }

  private entryOf(index: number): Counted {
    const known = this.counts[index];
    if (known !== undefined) return known;
    const at = this.size >= this.limit ? this.other : index;
    const shared = this.counts[at];
    if (shared !== undefined) return shared;
    this.size++;
    return (this.counts[at] = { key: this.names[at], count: 0 });
  }

  /** Those that were counted at all. Keys come from outside: one of `__proto__` has to be a property like others. */
  toRecord(): Counts {
    return Object.fromEntries([...this.toMap()].filter(([, count]) => count > 0));
  }

  /** Every count now. */
  toMap(): Map<string, number> {
    const all = new Map(this.before.all);
    for (const entry of this.counts) if (entry !== undefined) all.set(entry.key, entry.count);
    return all;
  }
}
