import { describe, expect, it } from '@jest/globals';
import { watch } from './watch.js';

class Adder {
  constructor(private readonly base: number) {}
  add(value: number): number {
    return this.base + value;
  }
  async addLater(value: number): Promise<number> {
    return this.base + value;
  }
  async fail(): Promise<number> {
    throw new Error('no');
  }
}

describe('watch', () => {
  it('tells of arguments and result, and the method does what it did', () => {
    const adder = new Adder(40);
    const seen: unknown[] = [];
    watch(adder, 'add', (result, args) => seen.push([result, args]));
    expect(adder.add(2)).toBe(42);
    expect(seen).toEqual([[42, [2]]]);
  });

  it('waits for a promise, and passes its failure on untold', async () => {
    const adder = new Adder(40);
    const seen: unknown[] = [];
    watch(adder, 'addLater', (result) => seen.push(result));
    watch(adder, 'fail', (result) => seen.push(result));
    await expect(adder.addLater(2)).resolves.toBe(42);
    await expect(adder.fail()).rejects.toThrow('no');
    expect(seen).toEqual([42]);
  });
});
