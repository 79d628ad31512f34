const V2 = 0x6c796765;
const V3 = 0x74656462;

/** A 64-bit hash as two signed 32-bit halves. */
export interface Hash64 {
  readonly hi: number;
  readonly lo: number;
}

/**
 * HalfSipHash-1-3 with a 64-bit result (Aumasson, Bernstein): a keyed hash in 32-bit arithmetic. Without the key nobody can
 * choose texts that collide or that make long probe chains. The result is left in {@link hi} and {@link lo}, as signed
 * 32-bit numbers, so that nothing is allocated.
 */
export class KeyHash implements Hash64 {
  /** Bytes 4 to 7 of the result, little-endian. */
  hi = 0;
  /** Bytes 0 to 3. */
  lo = 0;
  private readonly k0: number;
  private readonly k1: number;

  constructor(key: readonly [number, number]) {
    this.k0 = key[0] | 0;
    this.k1 = key[1] | 0;
  }

  /** Hashes the UTF-16 code units, two a word: what {@link ofBytes} gives for the text in UTF-16LE. */
  ofString(text: string): void {
    const { k0, k1 } = this;
    const { length } = text;
    const even = length & ~1;
    let v0 = k0;
    let v1 = k1 ^ 0xee;
    let v2 = k0 ^ V2;
    let v3 = k1 ^ V3;
    for (let index = 0; index < even; index += 2) {
      const word = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
      v3 ^= word;
      // One SipRound; the same below.
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    this.finish(v0, v1, v2, v3, (length << 25) | (even < length ? text.charCodeAt(even) : 0));
  }

  ofBytes(bytes: Uint8Array): void {
    const { k0, k1 } = this;
    const { length } = bytes;
    const whole = length & ~3;
    let v0 = k0;
    let v1 = k1 ^ 0xee;
    let v2 = k0 ^ V2;
    let v3 = k1 ^ V3;
    for (let index = 0; index < whole; index += 4) {
      const word =
        bytes[index] | (bytes[index + 1] << 8) | (bytes[index + 2] << 16) | (bytes[index + 3] << 24);
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    let last = length << 24;
    for (let index = whole; index < length; index++) last |= bytes[index] << (8 * (index & 3));
    this.finish(v0, v1, v2, v3, last);
  }

  /** The last word, then three rounds for each half of the result. */
  private finish(v0: number, v1: number, v2: number, v3: number, last: number): void {
    v3 ^= last;
    for (let round = 0; round < 7; round++) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      if (round === 0) {
        v0 ^= last;
        v2 ^= 0xee;
      } else if (round === 3) {
        this.lo = v1 ^ v3;
        v1 ^= 0xdd;
      }
    }
    this.hi = v1 ^ v3;
  }
}
