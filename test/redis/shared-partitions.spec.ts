import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { RedisStateStore } from '../../src/analytics/redis/redis-state-store.js';
import { StateBehind } from '../../src/analytics/redis/store-errors.js';
import { StateDiverged } from '../../src/analytics/state-diverged.error.js';
import type { BatchLease } from '../../src/pipeline/batch-lease.js';
import type { MissingRange } from '../../src/pipeline/recount.js';
import type { TestRedis } from '../support/redis.js';
import { logins, openStore, positionOf, some } from './fixture.js';
import { ownRedis } from './own-redis.js';

// CommonJS that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@nestjs/microservices', () => ({ ClientKafka: class {} }));
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { SharedPartitions } = await import('../../src/pipeline/shared-partitions.js');

interface Log {
  readonly from: number;
  readonly end: number;
}

const LEASE = { epoch: 1, isRunning: () => true, heartbeat: async () => undefined } as BatchLease;
const PLACE = { topic: 'user-login', partition: 0 };

describe('A partition of shared state', () => {
  let redis: TestRedis;
  let store: RedisStateStore;
  ownRedis((started) => (redis = started));
  beforeEach(async () => (store = await openStore({ url: redis.url })));
  afterEach(() => store.close());

  /** Of a log that has these offsets; what is missing is noted, and counted when it is asked for the last time. */
  function partitionsOf(log: Log | (() => Promise<Log>), tries = 1) {
    const ranges: MissingRange[] = [];
    const recount = {
      run: async (_store: unknown, _place: unknown, range: MissingRange) => {
        ranges.push(range);
        if (ranges.length < tries) throw new StateBehind(0, null);
        const { from, end } = range;
        await store.recount(positionOf(0, from, end), logins(from, ...some(end - from)));
      },
      read: async () => [],
      lost: () => undefined,
    };
    const parts = [
      store,
      { late: null },
      recount,
      { logRange: typeof log === 'function' ? log : async () => log },
      { stateRecovery: 'strict' },
    ];
    const partitions = new SharedPartitions(
      ...(parts as unknown as ConstructorParameters<typeof SharedPartitions>),
    );
    return { partitions, ranges };
  }

  const counted = async (from: number, end: number, claimed: number | null) => {
    await store.apply(positionOf(0, from, end, claimed), logins(from, ...some(end - from)), null);
  };

  it('is told again what it lacks until it has all of it, when Redis loses it meanwhile, too', async () => {
    const { partitions, ranges } = partitionsOf({ from: 0, end: 50 }, 3);
    await partitions.prepare({ ...PLACE, committed: 30 }, LEASE);
    expect(ranges).toEqual(Array.from({ length: 3 }, () => ({ from: 0, end: 30, resetAt: 0 })));
    expect(partitions.isPrepared(0, LEASE)).toBe(true);
    expect(await store.position(0)).toMatchObject({ next: 30 });
  });

  it('has results to be written when they were counted and not committed', async () => {
    await counted(0, 20, null);
    await counted(20, 30, 20);
    const { partitions } = partitionsOf({ from: 0, end: 50 });
    await partitions.prepare({ ...PLACE, committed: 20 }, LEASE);
    expect(partitions.keptOf(0)).toEqual({ from: 20, end: 30 });
    expect(partitions.isPrepared(0, LEASE)).toBe(false);
  });

  it('has none, however far its offset was moved back, and a batch that comes again is refused', async () => {
    await counted(0, 20, null);
    await counted(20, 30, 20);
    store.settled(0, 30);
    await store.flushed();
    const { partitions } = partitionsOf({ from: 0, end: 50 });
    await partitions.prepare({ ...PLACE, committed: 5 }, LEASE);
    expect(partitions.keptOf(0)).toBeNull();
    const again = partitions.apply(positionOf(0, 5, 10, 5), logins(5, ...some(5)), LEASE, false);
    await expect(again).rejects.toThrow(StateDiverged);
    await expect(again).rejects.toThrow(
      'with all outcomes written, up to offset 30, and offset 5 comes again',
    );
  });

  it('begins where its log does when nothing of it is counted or committed', async () => {
    const { partitions, ranges } = partitionsOf({ from: 40, end: 40 });
    expect(store.isReady(0)).toBe(false);
    await partitions.prepare({ ...PLACE, committed: null }, LEASE);
    expect(store.isReady(0)).toBe(true);
    // That is what a summary by time commits.
    const other = partitionsOf({ from: 40, end: 40 });
    await other.partitions.prepare({ ...PLACE, committed: 40 }, LEASE);
    expect([...ranges, ...other.ranges]).toEqual([]);
  });

  it('is looked at again when work on it has failed', async () => {
    const { partitions } = partitionsOf({ from: 0, end: 50 });
    await partitions.prepare({ ...PLACE, committed: null }, LEASE);
    await counted(0, 10, null);
    expect(partitions.isPrepared(0, LEASE)).toBe(true);
    partitions.forget(0);
    expect(partitions.isPrepared(0, LEASE)).toBe(false);
    await partitions.prepare({ ...PLACE, committed: null }, LEASE);
    expect(partitions.keptOf(0)).toEqual({ from: 0, end: 10 });
  });

  it('is looked at again when work on it fails while it is compared', async () => {
    const log = { from: 0, end: 50 };
    let ask = () => Promise.resolve(log);
    const { partitions } = partitionsOf(() => ask());
    const asked = new Promise<() => void>((resolve) => {
      ask = () => new Promise((answer) => resolve(() => answer(log)));
    });
    const preparing = partitions.prepare({ ...PLACE, committed: null }, LEASE);
    const answer = await asked;
    await counted(0, 10, null);
    partitions.forget(0);
    ask = () => Promise.resolve(log);
    answer();
    await preparing;
    expect(partitions.keptOf(0)).toEqual({ from: 0, end: 10 });
  });
});
