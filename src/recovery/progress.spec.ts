import { describe, expect, it } from '@jest/globals';
import { Progress } from './progress.js';

describe('Progress', () => {
  it('says how far it is, and at the present rate how long it will still take', () => {
    const progress = new Progress(1_000, 0);
    progress.add(250);
    expect(progress.records).toBe(250);
    expect(progress.secondsSince(5_000)).toBe(5);
    expect(progress.rate(5_000)).toBe(50);
    expect(progress.text(5_000)).toBe('25 % of 1000 records, about 15 s left');
  });

  it('estimates nothing before the first record', () => {
    expect(new Progress(1_000, 0).text(60_000)).toBe('0 % of 1000 records');
  });

  it('is done when there is nothing to do', () => {
    expect(new Progress(0, 0).text(0)).toBe('100 % of 0 records');
  });

  it('says 100 % only when all is done, and never more', () => {
    const progress = new Progress(1_000, 0);
    progress.add(999);
    expect(progress.text(1_000)).toMatch(/^99 %/);
    progress.add(1);
    expect(progress.text(1_000)).toBe('100 % of 1000 records, about 0 s left');
    progress.add(500);
    expect(progress.text(1_000)).toBe('100 % of 1000 records, about 0 s left');
  });

  it('has a rate in the first instant, too', () => {
    const progress = new Progress(10, 0);
    progress.add(5);
    expect(progress.rate(0)).toBe(5_000);
  });
});
