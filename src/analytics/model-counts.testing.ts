/** Counts by key. The first `limit` keys have a count of their own; all others share that of `other`. */
export class ModelCounts {
  readonly counts = new Map<string, number>();
  /** Counted as `other` without being called so. */
  overflow = 0;
  private readonly kept = new Set<string>();

  constructor(private readonly limit: number) {}

  /** @returns the count that the key has now, or shares */
  add(key: string): number {
    if (this.kept.size < this.limit) this.kept.add(key);
    const under = this.kept.has(key) ? key : 'other';
    if (under !== key) this.overflow++;
    const count = (this.counts.get(under) ?? 0) + 1;
    this.counts.set(under, count);
    return count;
  }

  /** By count, then alphabetically; null before the first. */
  get mostCommon(): string | null {
    const greatest = Math.max(...this.counts.values());
    return [...this.counts.keys()].sort().find((key) => this.counts.get(key) === greatest) ?? null;
  }
}
