import { describe, expect, it, jest } from '@jest/globals';
import { Settlement } from './settlement.js';

const PATIENCE_MS = 60_000;

/** What is waiting anyway has had its turn. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

async function isResolved(promise: Promise<unknown>): Promise<boolean> {
  let resolved = false;
  void promise.then(() => (resolved = true));
  await turns();
  return resolved;
}

describe('Settlement: a quiet moment', () => {
  it('is now when nothing is on its way', async () => {
    const work = jest.fn(async () => undefined);
    expect(await new Settlement().whenQuiet(0, work)).toBe(true);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('comes with the last settlement; until its work is done, new batches wait', async () => {
    const settlement = new Settlement();
    const [first, second] = [settlement.begin(), settlement.begin()];
    let finish!: () => void;
    const work = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const quiet = settlement.whenQuiet(PATIENCE_MS, work);
    const gate = settlement.gate!;
    first.settle();
    await turns();
    expect(work).not.toHaveBeenCalled();
    second.settle();
    await turns();
    expect(work).toHaveBeenCalledTimes(1);
    expect(await isResolved(gate)).toBe(false);
    finish();
    expect(await quiet).toBe(true);
    expect(await isResolved(gate)).toBe(true);
    expect(settlement.gate).toBeNull();
  });

  it('does not come while a batch is on its way for longer than patience lasts; then the stream goes on', async () => {
    const settlement = new Settlement();
    const ticket = settlement.begin();
    const work = jest.fn(async () => undefined);
    expect(await settlement.whenQuiet(5, work)).toBe(false);
    expect(work).not.toHaveBeenCalled();
    expect(settlement.gate).toBeNull();
    ticket.settle();
    expect(await settlement.whenQuiet(5, work)).toBe(true);
  });

  it('is looked for by one at a time', async () => {
    const settlement = new Settlement();
    const ticket = settlement.begin();
    const quiet = settlement.whenQuiet(PATIENCE_MS, async () => undefined);
    expect(await settlement.whenQuiet(PATIENCE_MS, async () => undefined)).toBe(false);
    ticket.settle();
    expect(await quiet).toBe(true);
  });

  it('ends when its work fails, and the failure is passed on', async () => {
    const settlement = new Settlement();
    const work = () => Promise.reject(new Error('store away'));
    await expect(settlement.whenQuiet(0, work)).rejects.toThrow('store away');
    expect(settlement.gate).toBeNull();
  });

  it('is not disturbed by a ticket that is settled twice', async () => {
    const settlement = new Settlement();
    const [first, second] = [settlement.begin(), settlement.begin()];
    first.settle();
    first.settle();
    expect(await settlement.whenQuiet(5, async () => undefined)).toBe(false);
    second.settle();
  });
});

describe('Settlement: the turn of a batch that carries summaries', () => {
  it('is at once when none is before it, or the one before is settled', () => {
    const settlement = new Settlement();
    const [first, second] = [settlement.begin(), settlement.begin()];
    expect(settlement.turnOf(first)).toBeNull();
    first.settle();
    expect(settlement.turnOf(second)).toBeNull();
  });

  it('comes when the one before is settled, in the order in which they asked', async () => {
    const settlement = new Settlement();
    const [first, second, third] = [settlement.begin(), settlement.begin(), settlement.begin()];
    void settlement.turnOf(first);
    const turnOfSecond = settlement.turnOf(second)!;
    const turnOfThird = settlement.turnOf(third)!;
    expect(await isResolved(turnOfSecond())).toBe(false);
    first.settle();
    expect(await isResolved(turnOfSecond())).toBe(true);
    expect(await isResolved(turnOfThird())).toBe(false);
    second.settle();
    expect(await isResolved(turnOfThird())).toBe(true);
  });

  it('does not wait for batches that carry none', () => {
    const settlement = new Settlement();
    settlement.begin();
    expect(settlement.turnOf(settlement.begin())).toBeNull();
  });

  it('never comes while the one before is stalled; those that wait learn it at once', async () => {
    const settlement = new Settlement();
    const [first, second] = [settlement.begin(), settlement.begin()];
    void settlement.turnOf(first);
    const turn = settlement.turnOf(second)!;
    const waiting = turn();
    first.stall();
    await expect(waiting).rejects.toThrow('stalled');
    await expect(turn()).rejects.toThrow('stalled');
    first.resume();
    const again = turn();
    expect(await isResolved(again)).toBe(false);
    first.settle();
    await again;
  });
});
