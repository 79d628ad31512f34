import type { ImageSource } from '../state-image.js';

/** A part of a stored state: its facts, and its columns by the part's name and theirs. Whatever does not fit is a RangeError. */
export class StoredPart {
  private constructor(
    private readonly source: ImageSource,
    private readonly path: readonly string[],
    private readonly facts: unknown,
  ) {}

  static all(source: ImageSource): StoredPart {
    return new StoredPart(source, [], source.facts);
  }

  part(name: string): StoredPart {
    return new StoredPart(this.source, [...this.path, name], this.value(name));
  }

  /** A fact that may be null. */
  optionalPart(name: string): StoredPart | null {
    return this.value(name) === null ? null : this.part(name);
  }

  /** A whole number from 0 to `max`. */
  whole(name: string, max = Number.MAX_SAFE_INTEGER): number {
    return this.checkedWhole(name, this.value(name), max);
  }

  optionalWhole(name: string): number | null {
    return this.value(name) === null ? null : this.whole(name);
  }

  optionalText(name: string): string | null {
    const value = this.value(name);
    if (value === null || typeof value === 'string') return value;
    throw this.misfit(name, 'a text or null');
  }

  wholes(name: string, length: number): readonly number[] {
    const values = this.list(name);
    if (values.length !== length) throw this.misfit(name, `${length} numbers`);
    return values.map((value) => this.checkedWhole(name, value, Number.MAX_SAFE_INTEGER));
  }

  /** Counts by key. */
  counts(name: string): readonly (readonly [string, number])[] {
    return this.list(name).map((pair) => {
      if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string')
        throw this.misfit(name, 'counts by key');
      return [pair[0], this.checkedWhole(name, pair[1], Number.MAX_SAFE_INTEGER)] as const;
    });
  }

  list(name: string): readonly unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.misfit(name, 'a list');
    return value;
  }

  /** Reads a column straight into the array, whose length it must have. */
  async column(name: string, target: Int32Array | Uint8Array): Promise<void> {
    const column = this.nameOf(name);
    const bytes = this.source.bytesOf(column);
    if (bytes === null) throw new RangeError(`the stored state has no ${column}`);
    if (bytes !== target.byteLength) {
      throw new RangeError(
        `${column} of the stored state should have ${target.byteLength} bytes, and has ${bytes}`,
      );
    }
    await this.source.read(column, new Uint8Array(target.buffer, target.byteOffset, target.byteLength));
  }

  /** That a fact, or what is in a column, is not what it should be. */
  misfit(name: string, expected: string): RangeError {
    return new RangeError(`${this.nameOf(name)} of the stored state should be ${expected}, and is not`);
  }

  private checkedWhole(name: string, value: unknown, max: number): number {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max)
      throw this.misfit(name, `a whole number from 0 to ${max}`);
    return value;
  }

  value(name: string): unknown {
    const { facts } = this;
    if (typeof facts !== 'object' || facts === null || !Object.hasOwn(facts, name))
      throw new RangeError(`the stored state has no ${this.nameOf(name)}`);
    return (facts as Readonly<Record<string, unknown>>)[name];
  }

  private nameOf(name: string): string {
    return [...this.path, name].join('.');
  }
}
