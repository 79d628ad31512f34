import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { BatchLease } from '../pipeline/batch-lease.js';
import { DeadlineExceeded, withDeadline } from './deadline.js';
import { LeaseLost, whileLeased } from './lease-guard.js';

const leaseWith = (heartbeat: () => Promise<void>) => ({ heartbeat }) as unknown as BatchLease;
const never = new Promise<never>(() => undefined);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('whileLeased', () => {
  it('keeps the membership while the work takes its time', async () => {
    let beats = 0;
    let finish = (_: string) => undefined as void;
    const work = new Promise<string>((resolve) => (finish = resolve));
    const guarded = whileLeased(
      leaseWith(async () => void beats++),
      work,
    );
    await jest.advanceTimersByTimeAsync(3_500);
    finish('done');
    expect(await guarded).toBe('done');
    expect(beats).toBe(3);
  });

  it('ends with the cause as soon as a heartbeat fails', async () => {
    const cause = Object.assign(new Error('rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });
    const guarded = whileLeased(
      leaseWith(() => Promise.reject(cause)),
      never,
    );
    const lost = expect(guarded).rejects.toMatchObject({ name: 'LeaseLost', cause });
    await jest.advanceTimersByTimeAsync(1_000);
    await lost;
    await expect(guarded).rejects.toBeInstanceOf(LeaseLost);
  });

  it('passes on an error of the work itself, and leaves none unhandled after the lease is lost', async () => {
    const calm = leaseWith(async () => undefined);
    await expect(whileLeased(calm, Promise.reject(new Error('work')))).rejects.toThrow('work');
    let fail = (_: Error) => undefined as void;
    const work = new Promise<never>((_, reject) => (fail = reject));
    const guarded = whileLeased(
      leaseWith(() => Promise.reject(new Error('lost'))),
      work,
    );
    guarded.catch(() => undefined);
    await jest.advanceTimersByTimeAsync(1_000);
    fail(new Error('later'));
    await expect(guarded).rejects.toBeInstanceOf(LeaseLost);
  });
});

describe('withDeadline', () => {
  it('passes on the result or the error of work that is done in time', async () => {
    expect(await withDeadline('Work', 100, Promise.resolve(7))).toBe(7);
    await expect(withDeadline('Work', 100, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('says what took too long', async () => {
    const late = expect(withDeadline('Reading', 100, never)).rejects.toThrow(
      new DeadlineExceeded('Reading', 100),
    );
    await jest.advanceTimersByTimeAsync(100);
    await late;
  });
});
