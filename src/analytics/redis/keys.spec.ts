import { describe, expect, it } from '@jest/globals';
import { keysOf } from './keys.js';

describe('keysOf', () => {
  it('gives every part a key of its own, and the results of each partition', () => {
    const all = [...keysOf('a', 0), ...keysOf('a', 1)];
    expect(new Set(all).size).toBe(keysOf('a', 0).length + 1);
  });

  it.each(['login-stream', 'with}brace', '{', ''])('gives all keys of the group %j one hash tag', (group) => {
    const tags = new Set(
      [...keysOf(group, 0), ...keysOf(group, 7)].map((key) => /\{([^}]+)\}/.exec(key)?.[1]),
    );
    expect([...tags]).toEqual([expect.stringContaining('login-stream:')]);
  });
});
