import { describe, it } from '@jest/globals';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BoundedCounter } from '../bounded-counter.js';
import { Numbered } from './numbered.js';
import { RunningCounts } from './running-counts.js';

const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'other', '__proto__'), { maxLength: 30 });

describe('RunningCounts', () => {
  it('goes on as a counter would that had counted all before it', () => {
    fc.assert(
      fc.property(keys, keys, fc.integer({ min: 1, max: 6 }), (before, batch, limit) => {
        const counter = new BoundedCounter(limit);
        for (const key of before) counter.add(key);
        const all = new Map(Object.entries(counter.toRecord()));
        const numbered = new Numbered();
        const numbers = batch.map((key) => numbered.of(key));
        const names = numbered.texts;
        const known = [...names, 'other'].map((key) => all.get(key) ?? null);
        const running = new RunningCounts(names, { size: counter.size, known, all }, limit);
        const counted = numbers.map((number) => ({ ...running.add(number) }));
        assert.deepEqual(
          counted,
          batch.map((key) => ({ ...counter.add(key) })),
        );
        assert.deepEqual(Object.fromEntries(running.toMap()), counter.toRecord());
      }),
    );
  });
});
