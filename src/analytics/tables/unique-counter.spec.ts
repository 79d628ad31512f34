import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CopiedColumn } from './copied-column.js';
import { KeyHash } from './key-hash.js';
import { storedPart } from './testing.js';
import { UniqueCounter } from './unique-counter.js';

/** Adds the numbers up to `end`, hashed under a key, from `start` on. */
function addNumbers(counter: UniqueCounter, seed: number, start: number, end: number): void {
  const hash = new KeyHash([seed, ~seed]);
  const word = new Uint32Array(1);
  const bytes = new Uint8Array(word.buffer);
  for (let number = start; number < end; number++) {
    word[0] = number;
    hash.ofBytes(bytes);
    counter.add(hash.hi, hash.lo);
  }
}

describe(UniqueCounter.name, () => {
  it('is exact up to 1,024, whatever the hashes and however often they come', () => {
    const half = fc.oneof(fc.constantFrom(0, 1, -1, 2 ** 31), fc.integer());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(half, half), { maxLength: 1_024, size: 'max' }),
        fc.nat(),
        (hashes, again) => {
          const counter = new UniqueCounter();
          for (const [hi, lo] of hashes) counter.add(hi, lo);
          for (const [hi, lo] of hashes.slice(again % (hashes.length + 1))) counter.add(hi, lo);
          expect(counter.count).toBe(new Set(hashes.map(([hi, lo]) => `${hi | 0} ${lo | 0}`)).size);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([1, 2])('is within 1 %% at every size from 1 to 5,000,000, seed %i', (seed) => {
    const counter = new UniqueCounter();
    const wrong: number[] = [];
    let worst = 0;
    let before = 0;
    for (let count = 0; count < 5_000_000; before = count) {
      count = Math.min(5_000_000, Math.max(count + 1, Math.floor(count * 1.02)));
      addNumbers(counter, seed, before, count);
      const error = Math.abs(counter.count - count) / count;
      if (count <= 1_024 ? error > 0 : counter.count < before) wrong.push(count);
      worst = Math.max(worst, error);
    }
    expect(wrong).toEqual([]);
    expect(worst).toBeLessThan(0.01);
  });

  it('keeps no hash that was forgotten, finds all others, and goes on counting', async () => {
    // Few homes, so that many share one.
    const word = fc.oneof(fc.constantFrom(0, 1, 4_095, 4_094, 4_096), fc.integer());
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(word, word), { maxLength: 300, selector: ([hi, lo]) => `${hi} ${lo}` }),
        fc.nat(),
        async (hashes, which) => {
          const counter = new UniqueCounter();
          for (const [hi, lo] of hashes) counter.add(hi, lo);
          const gone = hashes.splice(which % (hashes.length + 1), 40);
          for (const [hi, lo] of gone) counter.forget(hi, lo);
          expect(counter.count).toBe(hashes.length + gone.length);
          for (const [hi, lo] of hashes) counter.add(hi, lo);
          expect(counter.count).toBe(hashes.length + gone.length);
          const exact = counter.imageColumns('users').find(({ name }) => name === 'users.exact')!;
          const stored = new Int32Array(exact.bytes / 4);
          for (let at = 0, part = exact.next(); part !== null; at += part.length, part = exact.next())
            new Uint8Array(stored.buffer).set(part, at);
          const kept = new Set<string>();
          for (let at = 0; at < stored.length; at += 2) kept.add(`${stored[at]} ${stored[at + 1]}`);
          for (const [hi, lo] of gone) if ((hi | lo) !== 0) expect(kept).not.toContain(`${hi} ${lo}`);
          for (const [hi, lo] of gone) counter.add(hi, lo);
          expect(counter.count).toBe(hashes.length + 2 * gone.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps no hash at all as soon as it does not count exactly', () => {
    const counter = new UniqueCounter();
    addNumbers(counter, 7, 0, 1_025);
    const exact = counter.imageColumns('users').find(({ name }) => name === 'users.exact')!;
    expect(exact.next()!.every((byte) => byte === 0)).toBe(true);
    expect(Math.abs(counter.count - 1_025)).toBeLessThan(11);
  });

  it('does not count what it has counted', () => {
    const counter = new UniqueCounter();
    addNumbers(counter, 5, 0, 100_000);
    const { count } = counter;
    addNumbers(counter, 5, 0, 100_000);
    expect(counter.count).toBe(count);
  });

  it.each([0, 500, 1_023, 1_024, 1_025, 50_000])(
    'goes on as before after %i, saved and restored',
    async (count) => {
      const original = new UniqueCounter();
      addNumbers(original, 6, 0, count);
      original.add(0, 0);
      const restored = new UniqueCounter();
      await restored.restore(stored(original));
      for (let step = 0; step < 20; step++) {
        expect(restored.count).toBe(original.count);
        for (const counter of [original, restored]) {
          counter.add(0, 0);
          addNumbers(counter, 6, count + 97 * step, count + 97 * (step + 1));
        }
      }
      const [one, other] = [restored, original].map((counter) => counter.imageColumns('u')[0].next()!);
      // A matcher would compare them one by one, which takes a second.
      expect(Buffer.compare(one, other)).toBe(0);
    },
  );

  it('refuses registers that no hash can make', async () => {
    const columns = [
      new CopiedColumn('u.registers', new Uint8Array(2 ** 18).fill(48)),
      ...new UniqueCounter().imageColumns('u').slice(1),
    ];
    const restoring = new UniqueCounter().restore(storedPart('u', { exactCount: 0, hasZero: 0 }, columns));
    await expect(restoring).rejects.toThrow(RangeError);
  });
});

const stored = (counter: UniqueCounter) => storedPart('u', counter.facts(), counter.imageColumns('u'));
