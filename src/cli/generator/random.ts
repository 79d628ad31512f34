/**
 * A seeded source of numbers (xoshiro128**, Blackman and Vigna). Only 32-bit integer arithmetic and exactly
 * rounded floating point, so that a seed means the same traffic on every machine and Node version.
 *
 * A *stream* is an independent sequence of the same seed: one concern can draw more or fewer numbers without
 * changing what the others see.
 */
export class Random {
  private constructor(
    private a: number,
    private b: number,
    private c: number,
    private d: number,
  ) {}

  static fromSeed(seed: number, stream: string): Random {
    if (!Number.isSafeInteger(seed)) throw new RangeError('The seed must be a whole number.');
    const next = splitmix32(
      [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, ...stream].reduce<number>(absorb, 0),
    );
    return new Random(next(), next(), next(), next());
  }

  static fromState(a: number, b: number, c: number, d: number): Random {
    return new Random(a, b, c, d);
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const { b } = this;
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    this.c ^= this.a;
    this.d ^= b;
    this.b = b ^ this.c;
    this.a ^= this.d;
    this.c ^= b << 9;
    this.d = rotateLeft(this.d, 11);
    return result;
  }

  /** At least 0, less than 1. */
  fraction(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Mixes a number or the character of a stream's name into a hash, so that near seeds start far apart. */
function absorb(hash: number, part: number | string): number {
  return splitmix32(hash ^ (typeof part === 'string' ? part.charCodeAt(0) : part))();
}

function splitmix32(state: number): () => number {
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
