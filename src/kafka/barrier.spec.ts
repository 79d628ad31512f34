import { describe, expect, it } from '@jest/globals';
import { Barrier } from './barrier.js';

describe('Barrier', () => {
  it('lets everybody go on when the last one has arrived, and tells that first', async () => {
    const told: string[] = [];
    const barrier = new Barrier(2, () => void told.push('passed'));
    const first = barrier.arrive().then(() => told.push('first'));
    await Promise.resolve();
    expect([told, barrier.isPassed]).toEqual([[], false]);
    await Promise.all([barrier.arrive().then(() => told.push('second')), first]);
    expect([told[0], barrier.isPassed]).toEqual(['passed', true]);
    expect(told.slice(1).sort()).toEqual(['first', 'second']);
  });

  it('lets nobody go on when one never comes: those that wait, and those that come later', async () => {
    const barrier = new Barrier(3, () => undefined);
    const early = barrier.arrive();
    const reason = new Error('lost');
    barrier.break(reason);
    await expect(early).rejects.toBe(reason);
    await expect(barrier.arrive()).rejects.toBe(reason);
    expect(barrier.isPassed).toBe(false);
  });

  it('lets nobody go on when one does not wait any more, though the last one arrives', async () => {
    let passed = false;
    const barrier = new Barrier(2, () => (passed = true));
    barrier.arrive().catch(() => undefined);
    barrier.break(new Error('lost'));
    await expect(barrier.arrive()).rejects.toThrow('lost');
    expect([passed, barrier.isPassed]).toEqual([false, false]);
  });

  it('stays open once all have arrived', async () => {
    const barrier = new Barrier(1, () => undefined);
    await barrier.arrive();
    barrier.break(new Error('later'));
    expect(barrier.isPassed).toBe(true);
  });
});
