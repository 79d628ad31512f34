import { describe, expect, it } from '@jest/globals';
import { Purge } from './purge.js';

describe(Purge, () => {
  it('wants nothing until somebody is erased', () => {
    expect(new Purge().wants(0)).toBe(false);
  });

  it('wants files to begin behind the last erasure, and tells everybody whose has gone', async () => {
    const purge = new Purge();
    const gone: string[] = [];
    const [first, same, later] = [purge.until(4), purge.until(4), purge.until(6)];
    void first.then(() => gone.push('first'));
    void later.then(() => gone.push('later'));
    purge.gone(4);
    expect([purge.wants(4), purge.wants(6), purge.wants(7)]).toEqual([true, true, false]);
    purge.gone(5);
    await Promise.all([first, same]);
    expect(gone).toEqual(['first']);
    purge.gone(9);
    await later;
    expect(gone).toEqual(['first', 'later']);
    expect(purge.wants(9)).toBe(false);
  });
});
