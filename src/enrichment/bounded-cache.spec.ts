import { describe, expect, it, jest } from '@jest/globals';
import { BoundedCache } from './bounded-cache.js';

describe(BoundedCache.name, () => {
  it('computes a value once', () => {
    const compute = jest.fn((key: string) => key.length);
    const cache = new BoundedCache(compute);

    expect([cache.get('abc'), cache.get('abc'), cache.get('')]).toEqual([3, 3, 0]);
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('never holds more than its limit, and still answers', () => {
    const cache = new BoundedCache((key) => `${key}!`, 3);

    for (let index = 0; index < 100; index++) {
      expect(cache.get(`k${index}`)).toBe(`k${index}!`);
      expect(cache.size).toBeLessThanOrEqual(3);
    }
  });
});
