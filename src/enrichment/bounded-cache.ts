/**
 * Remembers what was computed for a string. At the limit it forgets everything and starts again: real traffic has
 * few distinct values and refills it at once, and hostile traffic can neither grow it nor fill it for good.
 */
export class BoundedCache<Value> {
  private readonly entries = new Map<string, Value>();

  constructor(
    private readonly compute: (key: string) => Value,
    private readonly limit = 4096,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Value {
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const value = this.compute(key);
    if (this.entries.size >= this.limit) this.entries.clear();
    this.entries.set(key, value);
    return value;
  }
}
