import type { Count } from './bounded-counter.js';
import type { StoredPart } from './tables/stored-part.js';

/** The key with the highest count, of equals the first in the alphabet. */
export class MostCommon {
  /** Null before the first count. */
  key: string | null = null;
  private count = 0;

  /** Counts only grow, so the most common one can only change to the one just counted. */
  counted({ key, count }: Readonly<Count>): string {
    if (this.key === null || count > this.count || (count === this.count && key < this.key)) this.key = key;
    this.count = Math.max(this.count, count);
    return this.key;
  }

  facts(): object {
    return { key: this.key, count: this.count };
  }

  restore(stored: StoredPart): void {
    this.key = stored.optionalText('key');
    this.count = stored.whole('count');
  }
}
