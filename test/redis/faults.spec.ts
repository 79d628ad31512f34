import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisStateStore } from '../../src/analytics/redis/redis-state-store.js';
import { StateBehind } from '../../src/analytics/redis/store-errors.js';
import { freePort } from '../../src/broker/free-port.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { uniqueName } from '../support/kafka.js';
import { TestRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import { countsOf, logins, openStore, positionOf, some, storeOf } from './fixture.js';

const TIMEOUT_MS = 300;

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

const fromTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('RedisStateStore behind a bad network', () => {
  let redis: TestRedis;
  let proxy: FaultProxy;
  let store: RedisStateStore;
  beforeEach(async () => {
    redis = await TestRedis.start();
    proxy = await FaultProxy.start({ target: `127.0.0.1:${redis.port}`, protocol: 'raw' });
    store = await openStore({ url: `redis://${proxy.address}`, redis: { timeoutMs: TIMEOUT_MS } });
  });
  afterEach(async () => {
    store.close();
    await proxy.stop();
    await redis.stop();
  });

  /** Applies ten batches while faults come and go. */
  async function applyThrough(fault: (batch: number) => Promise<void> | void): Promise<number[]> {
    const counts: number[] = [];
    for (let batch = 0; batch < 10; batch++) {
      const first = 10 * batch;
      const outcomes = logins(first, ...some(10));
      const applied = store.apply(positionOf(0, first, first + 10, first), outcomes, null);
      await fault(batch);
      await applied;
      counts.push(...countsOf(outcomes));
    }
    return counts;
  }

  it('counts a batch once whose answer was lost: the call is made again', async () => {
    const counts = await applyThrough(async () => {
      const lift = proxy.blackHole('down');
      const swallowed = proxy.swallowedBytes;
      await waitFor(
        'an answer to be swallowed',
        () => proxy.swallowedBytes > swallowed || store.trouble !== null,
      );
      lift();
    });
    expect(counts).toEqual(fromTo(1, 100));
  });

  it.each([
    ['cut', () => proxy.cut()],
    ['reset', () => proxy.reset()],
  ])('counts every batch once through connections that are %s', async (_, fault) => {
    const counts = await applyThrough(() => void fault());
    expect(counts).toEqual(fromTo(1, 100));
  });

  it('waits visibly while Redis is away, and goes on when it is back', async () => {
    proxy.refuse('stop-listening');
    proxy.cut();
    const outcomes = logins(0, ...some(3));
    let done = false;
    const applied = store.apply(positionOf(0, 0, 3), outcomes, null).then(() => (done = true));
    await waitFor('the trouble to be told', () => store.trouble);
    expect(store.trouble).toMatch(/^Redis is away: /);
    expect(done).toBe(false);
    await proxy.accept();
    await applied;
    expect(store.trouble).toBeNull();
    expect(countsOf(outcomes)).toEqual([1, 2, 3]);
  });

  it('waits no longer than it may: the signal ends it, and nothing was said of the outcomes', async () => {
    proxy.blackHole();
    const over = new AbortController();
    const outcomes = logins(0, ...some(3));
    const applied = store.apply(positionOf(0, 0, 3), outcomes, null, over.signal);
    const ended = expect(applied).rejects.toThrow('the partition is gone');
    await waitFor('the trouble to be told', () => store.trouble);
    over.abort(new Error('the partition is gone'));
    await ended;
    expect(countsOf(outcomes)).toEqual([undefined, undefined, undefined]);
  });

  it('ends before it was opened, too: nothing was told, and there is nothing to close', async () => {
    const unopened = storeOf({ url: redis.url });
    await expect(unopened.flushed()).resolves.toBeUndefined();
    expect(() => unopened.close()).not.toThrow();
  });

  it('ends when it is closed, even while it waits', async () => {
    proxy.blackHole();
    const applied = store.apply(positionOf(0, 0, 1), logins(0, {}), null);
    const ended = expect(applied).rejects.toThrow('closed');
    await waitFor('the trouble to be told', () => store.trouble);
    store.close();
    await ended;
  });
});

describe('RedisStateStore, when Redis is killed,', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'redis-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('goes on where it was with a Redis that writes all to its disk', async () => {
    const config = { appendonly: 'yes', appendfsync: 'always' };
    const port = await freePort();
    let redis = await TestRedis.start({ port, directory, config });
    const store = await openStore({ url: redis.url });
    const counts: number[] = [];
    for (let batch = 0; batch < 6; batch++) {
      const first = 100 * batch;
      const outcomes = logins(first, ...some(100));
      const applied = store.apply(positionOf(0, first, first + 100, first), outcomes, null);
      await redis.kill();
      redis = await TestRedis.start({ port, directory, config });
      await applied;
      counts.push(...countsOf(outcomes));
    }
    expect(counts).toEqual(fromTo(1, 600));
    store.close();
    await redis.stop();
  });

  it('reports that it came back empty, and is right again when what is missing is counted again', async () => {
    const port = await freePort();
    let redis = await TestRedis.start({ port });
    const group = uniqueName('group');
    const [store, other] = [
      await openStore({ url: redis.url, group }),
      await openStore({ url: redis.url, group }),
    ];
    await store.apply(positionOf(0, 0, 50), logins(0, ...some(50)), null);
    await other.apply(positionOf(1, 0, 30), logins(0, ...some(30, { partition: 1 })), null);
    await redis.stop();
    redis = await TestRedis.start({ port });
    const outcomes = logins(50, ...some(10));
    const late = store.apply(positionOf(0, 50, 60, 50), outcomes, null);
    await expect(late).rejects.toMatchObject({ name: 'StateBehind', partition: 0, next: null });
    expect(countsOf(outcomes)).toEqual(new Array(10).fill(undefined));
    await store.recount(positionOf(0, 0, 20), logins(0, ...some(20)));
    expect(await store.position(0)).toMatchObject({ next: 20, keptFrom: 20, resetAt: null });
    await expect(store.apply(positionOf(0, 50, 60, 50), logins(50, ...some(10)), null)).rejects.toThrow(
      StateBehind,
    );
    await store.recount(positionOf(0, 20, 50), logins(20, ...some(30)));
    await other.recount(positionOf(1, 0, 30), logins(0, ...some(30, { partition: 1 })));
    await store.apply(positionOf(0, 50, 60, 50), outcomes, null);
    expect(countsOf(outcomes)).toEqual(fromTo(81, 90));
    store.close();
    other.close();
    await redis.stop();
  });

  it('reports that it has lost state once more while it is told what it lacks', async () => {
    const redis = await TestRedis.start();
    const store = await openStore({ url: redis.url });
    await store.recount(positionOf(0, 0, 20), logins(0, ...some(20)));
    const client = redis.client();
    await client.flushall();
    client.disconnect();
    const recounting = store.recount(positionOf(0, 20, 40), logins(20, ...some(20)));
    await expect(recounting).rejects.toMatchObject({ name: 'StateBehind', partition: 0, next: null });
    store.close();
    await redis.stop();
  });

  it('reports that it came back older, and how far it is', async () => {
    const port = await freePort();
    const config = { dbfilename: 'dump.rdb' };
    let redis = await TestRedis.start({ port, directory, config });
    const store = await openStore({ url: redis.url, every: 20 });
    const sequences: number[] = [];
    const apply = async (first: number, claimed: number | null) => {
      const due = await store.apply(
        positionOf(0, first, first + 20, claimed),
        logins(first, ...some(20)),
        null,
      );
      sequences.push(...due.map(({ summary }) => summary.sequence));
    };
    await apply(0, null);
    const client = redis.client();
    await client.save();
    client.disconnect();
    await copyFile(join(directory, 'dump.rdb'), join(directory, 'older.rdb'));
    await apply(20, 20);
    await apply(40, 40);
    await redis.kill();
    redis = await TestRedis.start({ port, directory, config: { dbfilename: 'older.rdb' } });
    store.resumeSequence(3);
    await expect(apply(60, 60)).rejects.toMatchObject({ name: 'StateBehind', next: 20 });
    await store.recount(positionOf(0, 20, 60), logins(20, ...some(40)));
    await apply(60, 60);
    // Numbers never come again, and nobody waits for one that is left out.
    expect(sequences).toEqual([1, 2, 3, 4]);
    await store.turnOf(4, { partition: 0, end: 80 });
    store.close();
    await redis.stop();
  });
});
