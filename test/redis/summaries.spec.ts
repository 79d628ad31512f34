import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RedisStateStore } from '../../src/analytics/redis/redis-state-store.js';
import { uniqueName } from '../support/kafka.js';
import type { TestRedis } from '../support/redis.js';
import { logins, NOW, openStore, positionOf, some, storeOf } from './fixture.js';
import { ownRedis } from './own-redis.js';

const EVERY = 10;

let redis: TestRedis;
let ours: RedisStateStore;
let theirs: RedisStateStore;
let group: string;
ownRedis((started) => (redis = started));
beforeEach(async () => {
  group = uniqueName('group');
  [ours, theirs] = await Promise.all([openAnother(), openAnother()]);
});
afterEach(() => {
  ours.close();
  theirs.close();
});

const openAnother = (every = EVERY) =>
  openStore({ url: redis.url, group, every, settings: { dedupeSeconds: 0 } });

/** Applies so many logins of a partition, and gives the numbers of the summaries that they made due. */
async function apply(
  store: RedisStateStore,
  partition: number,
  first: number,
  count: number,
  claimed: number | null = null,
) {
  const outcomes = logins(first, ...some(count, { partition }));
  const due = await store.apply(positionOf(partition, first, first + count, claimed), outcomes, null);
  return due.map(({ summary }) => summary.sequence);
}

async function settle(store: RedisStateStore, partition: number, end: number): Promise<void> {
  store.settled(partition, end);
  await store.flushed();
}

/** Whether a promise is still pending after others have had their turn with Redis. */
async function isWaitingOf(store: RedisStateStore, promise: Promise<unknown>): Promise<boolean> {
  let over = false;
  const done = () => void (over = true);
  promise.then(done, done);
  for (let turn = 0; turn < 5; turn++) await store.position(9);
  return !over;
}

const isWaiting = (promise: Promise<unknown>) => isWaitingOf(ours, promise);

describe('Summaries by count of several processes', () => {
  it('are numbered across processes, and each waits until the one before is committed', async () => {
    expect(await apply(ours, 0, 0, 10)).toEqual([1]);
    expect(await apply(theirs, 1, 0, 20)).toEqual([2, 3]);
    await ours.turnOf(1, { partition: 0, end: 10 });
    const turn = theirs.turnOf(2, { partition: 1, end: 20 });
    expect(await isWaiting(turn)).toBe(true);
    await settle(ours, 0, 10);
    await turn;
    expect(await apply(ours, 0, 10, 10, 10)).toEqual([4]);
    const next = ours.turnOf(4, { partition: 0, end: 20 });
    expect(await isWaiting(next)).toBe(true);
    await settle(theirs, 1, 20);
    await next;
  });

  it('are left to the next owner of the partition with everything else of the batch', async () => {
    expect(await apply(ours, 0, 0, 15)).toEqual([1]);
    expect(await apply(theirs, 1, 0, 5)).toEqual([2]);
    ours.close(); // dead before its batch was committed
    const turn = theirs.turnOf(2, { partition: 1, end: 5 });
    expect(await isWaitingOf(theirs, turn)).toBe(true);
    expect(await apply(theirs, 0, 0, 9)).toEqual([]);
    await expect(apply(theirs, 0, 9, 8, 9)).rejects.toMatchObject({ name: 'PartlyApplied', next: 15 });
    expect(await apply(theirs, 0, 9, 6, 9)).toEqual([1]);
    await settle(theirs, 0, 15);
    await turn;
    expect(await apply(theirs, 0, 15, 2, 15)).toEqual([]);
    expect(await apply(theirs, 1, 5, 8, 5)).toEqual([3]);
  });

  it('are known to be published when the next owner knows that the batch was committed', async () => {
    await apply(ours, 0, 0, 10);
    await apply(theirs, 1, 0, 10);
    ours.close(); // dead behind its commit, before it could tell
    const turn = theirs.turnOf(2, { partition: 1, end: 10 });
    await settle(theirs, 0, 10);
    await turn;
  });

  it('are waited for no longer than the partition is held', async () => {
    await apply(ours, 0, 0, 10);
    await apply(theirs, 1, 0, 10);
    const over = new AbortController();
    const ended = expect(theirs.turnOf(2, { partition: 1, end: 10 }, over.signal)).rejects.toThrow(
      'the partition is gone',
    );
    over.abort(new Error('the partition is gone'));
    await ended;
  });

  it('go on behind the last one that is known to be published', async () => {
    ours.resumeSequence(41);
    expect(await apply(ours, 0, 0, 10)).toEqual([42]);
    theirs.resumeSequence(7);
    expect(await apply(theirs, 1, 0, 10)).toEqual([43]);
    await ours.turnOf(42, { partition: 0, end: 10 });
  });
});

describe('Summaries of a state that was lost', () => {
  it('go on behind the last one that any process has committed', async () => {
    const store = storeOf({ url: redis.url, group, every: EVERY, settings: { dedupeSeconds: 0 } });
    let last = 0;
    await store.open({ clusterId: null, lastSummary: () => Promise.resolve(last) });
    expect(await apply(store, 0, 0, 10)).toEqual([1]);
    const client = redis.client();
    await client.flushall();
    client.disconnect();
    last = 41;
    expect(await apply(store, 0, 0, 10)).toEqual([42]);
    store.close();
  });
});

describe('A summary by time', () => {
  it('covers what is committed: nothing new is applied by anybody until it is taken and published', async () => {
    await apply(ours, 0, 0, 3);
    await apply(theirs, 1, 0, 4);
    await settle(ours, 0, 3);
    const summary = ours.takeSummary(NOW);
    expect(await isWaiting(summary)).toBe(true);
    const next = apply(theirs, 0, 3, 2, 3);
    expect(await isWaiting(next)).toBe(true);
    await settle(theirs, 1, 4);
    expect(await summary).toMatchObject({ sequence: 1, processed_count: 7, window: { processed_count: 7 } });
    expect(await isWaiting(next)).toBe(true);
    await ours.published(1);
    expect(await next).toEqual([]);
  });

  it('gives what is kept to who writes it meanwhile, as it waits for that', async () => {
    await apply(ours, 0, 0, 3);
    const summary = theirs.takeSummary(NOW);
    expect(await isWaiting(summary)).toBe(true);
    expect(await apply(theirs, 0, 0, 3)).toEqual([]);
    await settle(theirs, 0, 3);
    expect(await summary).toMatchObject({ sequence: 1, processed_count: 3 });
  });

  it('is nothing when nothing was counted since the last one, of whichever cadence', async () => {
    expect(await ours.takeSummary(NOW)).toBeNull();
    await apply(ours, 0, 0, 10);
    await settle(ours, 0, 10);
    expect(await ours.takeSummary(NOW)).toBeNull();
  });

  it('comes after the summaries by count with smaller numbers, and before those with greater ones', async () => {
    expect(await apply(ours, 0, 0, 12)).toEqual([1]);
    await settle(ours, 0, 12);
    expect(await ours.takeSummary(NOW)).toMatchObject({ sequence: 2, processed_count: 12 });
    const next = apply(theirs, 1, 0, 8);
    expect(await isWaiting(next)).toBe(true);
    await ours.turnOf(2, null);
    await ours.published(2);
    expect(await next).toEqual([3]);
    await theirs.turnOf(3, { partition: 1, end: 8 });
  });

  it('is given up when a batch is not committed in time, as if it had not been asked for', async () => {
    await apply(ours, 0, 0, 3);
    await apply(theirs, 1, 0, 4);
    await settle(ours, 0, 3);
    expect(await ours.takeSummary(NOW)).toBeNull();
    expect(await apply(ours, 0, 3, 3, 3)).toEqual([1]);
    await settle(ours, 0, 6);
    await settle(theirs, 1, 4);
    expect(await apply(ours, 0, 6, 2, 6)).toEqual([]);
    await settle(ours, 0, 8);
    const summary = await ours.takeSummary(NOW);
    expect(summary).toMatchObject({ sequence: 2, processed_count: 12, window: { processed_count: 2 } });
  });

  it('holds nobody up for long when who asked for it goes away', async () => {
    await apply(theirs, 1, 0, 4);
    const asked = ours.takeSummary(NOW);
    asked.catch(() => undefined);
    expect(await isWaiting(asked)).toBe(true);
    ours.close();
    expect(await apply(theirs, 0, 0, 3)).toEqual([]);
  });

  it('that was taken and not published is published by the next owner, and all wait for that', async () => {
    await apply(ours, 0, 0, 3);
    await settle(ours, 0, 3);
    expect(await theirs.takenSummary()).toBeNull();
    expect(await ours.takeSummary(NOW)).toMatchObject({ sequence: 1, processed_count: 3 });
    ours.close();
    const next = apply(theirs, 0, 3, 5, 3);
    expect(await theirs.takenSummary()).toMatchObject({ sequence: 1, processed_count: 3 });
    expect(await isWaitingOf(theirs, next)).toBe(true);
    await theirs.published(1);
    await next;
    await settle(theirs, 0, 8);
    expect(await theirs.takenSummary()).toBeNull();
    expect(await theirs.takeSummary(NOW + 9_000)).toMatchObject({ sequence: 2, processed_count: 8 });
  });

  it('is not published again when the next owner finds it in the topic', async () => {
    await apply(ours, 0, 0, 3);
    await settle(ours, 0, 3);
    expect(await ours.takeSummary(NOW)).toMatchObject({ sequence: 1 });
    ours.close(); // dead behind its commit
    theirs.resumeSequence(1);
    expect(await theirs.takeSummary(NOW)).toBeNull();
    await apply(theirs, 0, 3, 5, 3);
    await settle(theirs, 0, 8);
    expect(await theirs.takeSummary(NOW)).toMatchObject({ sequence: 2, window: { processed_count: 5 } });
  });
});

describe('A partition', () => {
  it('of which nobody knows stands nowhere', async () => {
    expect(await ours.position(0)).toEqual({
      next: null,
      keptFrom: null,
      resetAt: null,
      settled: null,
      last: null,
    });
  });

  it('keeps results until they are settled', async () => {
    await apply(ours, 0, 0, 5);
    await apply(ours, 0, 5, 5);
    expect(await theirs.position(0)).toMatchObject({ next: 10, keptFrom: 0, resetAt: null });
    await settle(ours, 0, 5);
    expect(await theirs.position(0)).toMatchObject({ next: 10, keptFrom: 5, resetAt: null });
  });

  it('is refused to who comes too late: somebody else has gone on', async () => {
    await apply(ours, 0, 0, 5);
    await apply(theirs, 0, 5, 5, 5);
    await expect(apply(ours, 0, 0, 5)).rejects.toMatchObject({ name: 'ResultsGone', keptFrom: 5, next: 10 });
  });

  it('that was made again begins anew, and all else goes on', async () => {
    await apply(ours, 0, 0, 10);
    await settle(ours, 0, 10);
    await ours.renew(0, null, 10);
    const outcomes = logins(0, {});
    await ours.apply(positionOf(0, 0, 1), outcomes, null);
    expect(outcomes[0]).toMatchObject({ total_logins_for_version: 11 });
  });

  it('goes on from an offset that it is told, and summaries that it was to write are waited for no longer', async () => {
    expect(await apply(ours, 0, 0, 10)).toEqual([1]);
    await ours.skipTo(0, 50, 10);
    expect(await ours.position(0)).toMatchObject({ next: 50, keptFrom: 50, resetAt: null });
    expect(await apply(ours, 0, 50, 10, 50)).toEqual([2]);
    await ours.turnOf(2, { partition: 0, end: 60 });
  });

  it('takes as many records at once as it says', async () => {
    const most = ours.mostRecords;
    const outcomes = logins(0, ...some(most));
    await ours.apply(positionOf(0, 0, most), outcomes, null);
    expect(outcomes[most - 1]).toMatchObject({ total_logins_for_version: most });
    const again = logins(3_000, ...some(most - 3_000));
    await theirs.apply(positionOf(0, 3_000, most, 3_000), again, null);
    expect(again[0]).toMatchObject({ total_logins_for_version: 3_001 });
  });

  it('has no turn for summaries of which a Redis that came back older knows nothing, also if the number was given again', async () => {
    await apply(ours, 0, 0, 10);
    await settle(ours, 0, 10);
    await apply(theirs, 1, 0, 10);
    const client = redis.client();
    await client.hset(`{login-stream:${group}}:meta`, { sequence: 1, published: 1 });
    await client.hdel(`{login-stream:${group}}:fence`, '1');
    client.disconnect();
    const lost = { name: 'NumberLost' };
    await expect(theirs.turnOf(2, { partition: 1, end: 10 })).rejects.toMatchObject(lost);
    expect(await apply(ours, 0, 10, 10, 10)).toEqual([2]);
    await expect(theirs.turnOf(2, { partition: 1, end: 10 })).rejects.toMatchObject(lost);
    await expect(theirs.turnOf(2, null)).rejects.toMatchObject(lost);
    await ours.turnOf(2, { partition: 0, end: 20 });
  });
});
