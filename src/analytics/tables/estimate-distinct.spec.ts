import { describe, expect, it } from '@jest/globals';
import { UniqueCounter } from './unique-counter.js';
import { KeyHash } from './key-hash.js';
import { estimateDistinct } from './estimate-distinct.js';
import { HashedIds } from '../redis/hashed-ids.js';

describe('estimateDistinct', () => {
  it.each([2_000, 50_000, 400_000])('says what the embedded counter says of %i ids', (count) => {
    const hash = new KeyHash([1, 2]);
    const counter = new UniqueCounter();
    const registers = new Uint8Array(2 ** 18);
    const ids = new HashedIds(hash);
    for (let id = 0; id < count; id++) {
      ids.of(`user ${id}`);
      counter.add(hash.hi, hash.lo);
    }
    for (let at = 8; at < ids.encoded.length; at += 11) {
      const place = ids.encoded.readUIntLE(at, 3);
      registers[place >>> 6] = Math.max(registers[place >>> 6], place & 63);
    }
    const histogram = new Array<number>(48).fill(0);
    for (const value of registers) histogram[value]++;
    expect(Math.round(estimateDistinct(histogram))).toBe(counter.count);
    expect(Math.abs(counter.count / count - 1)).toBeLessThan(0.01);
  });
});
