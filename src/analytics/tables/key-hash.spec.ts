import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyHash } from './key-hash.js';

/** HalfSipHash as its paper describes it, on unbounded integers: `c` rounds a word, `d` rounds for each half of the result. */
function halfSipHash(key: readonly number[], bytes: Uint8Array, c: number, d: number, halves: 1 | 2): bigint {
  const bits32 = (value: bigint) => value & 0xffffffffn;
  const rotated = (value: bigint, by: bigint) => bits32(value << by) | (value >> (32n - by));
  const [k0, k1] = key.map((half) => BigInt(half >>> 0));
  let [v0, v1, v2, v3] = [k0, k1, 0x6c796765n ^ k0, 0x74656462n ^ k1];
  const rounds = (count: number) => {
    for (let round = 0; round < count; round++) {
      v0 = bits32(v0 + v1);
      v2 = bits32(v2 + v3);
      v1 = rotated(v1, 5n) ^ v0;
      v3 = rotated(v3, 8n) ^ v2;
      v0 = rotated(v0, 16n);
      v2 = bits32(v2 + v1);
      v0 = bits32(v0 + v3);
      v1 = rotated(v1, 13n) ^ v2;
      v3 = rotated(v3, 7n) ^ v0;
      v2 = rotated(v2, 16n);
    }
  };
  if (halves === 2) v1 ^= 0xeen;
  const padded = Buffer.alloc(4 * Math.floor(bytes.length / 4) + 4);
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length & 0xff;
  for (let at = 0; at < padded.length; at += 4) {
    const word = BigInt(padded.readUInt32LE(at));
    v3 ^= word;
    rounds(c);
    v0 ^= word;
  }
  v2 ^= halves === 2 ? 0xeen : 0xffn;
  rounds(d);
  const low = v1 ^ v3;
  if (halves === 1) return low;
  v1 ^= 0xddn;
  rounds(d);
  return ((v1 ^ v3) << 32n) | low;
}

const COUNTING_KEY = [0x03020100, 0x07060504] as const;
const countingBytes = (length: number) => Uint8Array.from({ length }, (_, index) => index);

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const key = fc.tuple(word, word);
const text = fc.string({ unit: 'binary', maxLength: 60 });
const resultOf = ({ hi, lo }: KeyHash) => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

describe('the plain HalfSipHash of this spec', () => {
  it('gives the vectors of the reference implementation for 2-4 rounds and 64 bits', () => {
    // github.com/veorq/SipHash, vectors.h: messages 00, 00 01, … under the key 00 to 07; results little-endian.
    const vectors = [
      '218d1f59b9b83cc8',
      'be552412f8387315',
      '064f39ef7c50eb57',
      'ce0f1a45f7060679',
      'd5e78a175be52ea1',
      'cb9d7c3f2f3db580',
      'ce3e91358aa2bc25',
      'ff202728b07bc684',
      'edfee820bce4858c',
      '5b51cccc13888307',
    ].map((hex) => Buffer.from(hex, 'hex').readBigUInt64LE());
    expect(vectors.map((_, length) => halfSipHash(COUNTING_KEY, countingBytes(length), 2, 4, 2))).toEqual(
      vectors,
    );
  });

  it('gives the vectors of the Linux kernel for 1-3 rounds and 32 bits', () => {
    // lib/siphash_kunit.c, 32-bit: the same messages and key.
    const vectors = [
      1477757078, -404200246, -1135931856, 22255929, 2114297510, -1998333797, -1610085531, -1657218602,
      1467586993, -935736595,
    ].map((signed) => BigInt(signed >>> 0));
    expect(vectors.map((_, length) => halfSipHash(COUNTING_KEY, countingBytes(length), 1, 3, 1))).toEqual(
      vectors,
    );
  });
});

describe(KeyHash.name, () => {
  it('is HalfSipHash-1-3 with 64 bits, of bytes', () => {
    fc.assert(
      fc.property(key, fc.uint8Array({ maxLength: 300 }), (halves, bytes) => {
        const hash = new KeyHash(halves);
        hash.ofBytes(bytes);
        expect(resultOf(hash)).toBe(halfSipHash(halves, bytes, 1, 3, 2));
      }),
      { numRuns: 1_000 },
    );
  });

  it('hashes a text as its bytes in UTF-16', () => {
    fc.assert(
      fc.property(key, text, (halves, string) => {
        const hash = new KeyHash(halves);
        hash.ofString(string);
        expect(resultOf(hash)).toBe(halfSipHash(halves, Buffer.from(string, 'utf16le'), 1, 3, 2));
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves two signed 32-bit numbers, and depends on nothing that it hashed before', () => {
    fc.assert(
      fc.property(key, text, text, (halves, first, second) => {
        const hash = new KeyHash(halves);
        hash.ofString(first);
        hash.ofBytes(Buffer.from(first));
        hash.ofString(second);
        const fresh = new KeyHash(halves);
        fresh.ofString(second);
        expect([hash.hi, hash.lo]).toEqual([fresh.hi, fresh.lo]);
        expect([hash.hi, hash.lo]).toEqual([hash.hi | 0, hash.lo | 0]);
      }),
    );
  });

  it('depends on both halves of the key', () => {
    const results = [
      [1, 2],
      [1, 3],
      [0, 2],
    ].map(([k0, k1]) => {
      const hash = new KeyHash([k0, k1]);
      hash.ofString('user');
      return resultOf(hash);
    });
    expect(new Set(results).size).toBe(3);
  });
});
