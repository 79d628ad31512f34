import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

/** Runs a pace with a clock of its own; each send takes `sendMs`. */
function run(rate: number, seconds: number, sendMs = 0, start = 5_000): { sent: number; batches: number[] } {
  const pace = new Pace(rate, start);
  const batches: number[] = [];
  let now = start;
  while (now < start + seconds * 1000) {
    const due = pace.take(now);
    if (due > 0) {
      batches.push(due);
      now += sendMs;
    }
    const wait = pace.wait(now);
    expect(Number.isFinite(wait)).toBe(true);
    now += wait;
    if (wait === 0 && sendMs === 0 && rate === 0) break;
  }
  return { sent: batches.reduce((sum, batch) => sum + batch, 0), batches };
}

describe('the pace', () => {
  it.each([0.5, 1, 7, 333.3, 500, 50_000])('keeps %d per second', (rate) => {
    const { sent } = run(rate, 20);
    expect(Math.abs(sent - rate * 20)).toBeLessThanOrEqual(Math.max(1, rate * 0.05));
  });

  it('keeps the rate although each send takes its time', () => {
    expect(Math.abs(run(1_000, 20, 15).sent - 20_000)).toBeLessThanOrEqual(50);
  });

  it('sends the first record at once, and then one at a time when the rate is low', () => {
    const pace = new Pace(0.1, 0);
    expect(pace.take(0)).toBe(1);
    expect(pace.wait(0)).toBe(10_000);
    expect(pace.take(9_999)).toBe(0);
    expect(pace.take(10_000)).toBe(1);
  });

  it('makes batches of what is due in a few ms, none of them large', () => {
    const { batches } = run(50_000, 5, 30);
    expect(Math.max(...batches)).toBeLessThanOrEqual(2_000);
    expect(run(500, 5).batches.length).toBeLessThanOrEqual(251);
  });

  it('makes up for a stall, but for no more than a second of it', () => {
    const pace = new Pace(1_000, 0);
    expect(pace.take(0)).toBe(1);
    expect(pace.take(800)).toBe(800);
    expect(pace.take(60_800)).toBe(1_000);
    expect(pace.take(60_800)).toBe(0);
    expect(pace.take(60_900)).toBe(100);
  });

  it('never waits when it goes as fast as possible', () => {
    const pace = new Pace(0, 0);
    expect([pace.take(0), pace.wait(0), pace.take(0)]).toEqual([2_000, 0, 2_000]);
  });
});
