import { describe, expect, it } from '@jest/globals';
import { RedisConnection } from '../../src/analytics/redis/redis-connection.js';
import { resetState } from '../../src/analytics/redis/reset-state.js';
import { StateBehind } from '../../src/analytics/redis/store-errors.js';
import { RedisSettings } from '../../src/config/redis.settings.js';
import { uniqueName } from '../support/kafka.js';
import type { TestRedis } from '../support/redis.js';
import { logins, openStore, positionOf, some } from './fixture.js';
import { ownRedis } from './own-redis.js';

let redis: TestRedis;
ownRedis((started) => (redis = started));

const reset = (group: string, ...starts: Parameters<typeof resetState>[2]): Promise<number> =>
  resetAt(redis.url, group, starts);

async function resetAt(
  url: string,
  group: string,
  starts: Parameters<typeof resetState>[2],
): Promise<number> {
  const settings = Object.assign(new RedisSettings(), { url });
  const connection = new RedisConnection({ ...settings, patienceMs: 2_000 });
  try {
    await connection.first((client) => client.ping());
    return await resetState(connection, group, starts);
  } finally {
    connection.close();
  }
}

/** Of which something is kept in nearly every key. */
async function used(group: string, url = redis.url): Promise<Awaited<ReturnType<typeof openStore>>> {
  const store = await openStore({ url, group });
  await store.apply(positionOf(0, 0, 5), logins(0, ...some(5)), null);
  await store.apply(positionOf(7, 0, 5), logins(0, ...some(5, { partition: 7 })), null);
  return store;
}

async function keysLike(part: string): Promise<string[]> {
  const client = redis.client();
  const keys = (await client.keys('*')).filter((key) => key.includes(part));
  client.disconnect();
  return keys.sort();
}

describe(resetState, () => {
  it('removes every key of the group, and of no other one, whatever it is called', async () => {
    const name = uniqueName('g');
    // As a pattern that is not escaped, the first would match the others.
    const [group, ...others] = [`${name}[ab]*?\\`, `${name}a-other`, `${name}[ab]`, `${name}b`];
    for (const each of [group, ...others]) (await used(each)).close();
    const [its, all] = [await keysLike(`:${group}}`), await keysLike(name)];
    expect(its.length).toBeGreaterThan(10);
    expect(await reset(group)).toBe(its.length);
    expect(await keysLike(name)).toEqual(all.filter((key) => !its.includes(key)));
    expect(await reset(group)).toBe(0);
  });

  it('lets a partition begin where its log does, and an instance that runs find out', async () => {
    const group = uniqueName('group');
    const store = await used(group);
    await reset(group, { partition: 0, start: 3, committed: 5 });
    expect(await store.position(0)).toEqual({ next: 3, keptFrom: 3, resetAt: 5, settled: 3, last: null });
    expect(await store.position(7)).toMatchObject({ next: null, keptFrom: null, resetAt: null, last: null });
    const apply = () => store.apply(positionOf(0, 5, 6, 5), logins(5, {}), null);
    await expect(apply()).rejects.toThrow(StateBehind);
    await store.recount(positionOf(0, 3, 5), logins(3, ...some(2)));
    await apply();
    expect(await store.position(0)).toMatchObject({ next: 6, resetAt: 5 });
    // A log that is made anew has lost nothing yet.
    await store.renew(0, null, 6);
    expect(await store.position(0)).toMatchObject({ next: null, keptFrom: null, resetAt: null, last: null });
    store.close();
  });

  it('leaves nothing that a summary by time would wait for', async () => {
    const group = uniqueName('group');
    (await used(group)).close();
    await reset(group, { partition: 0, start: 3, committed: 5 }, { partition: 7, start: 0, committed: 0 });
    const store = await openStore({ url: redis.url, group });
    await store.apply(positionOf(0, 5, 6, 3), logins(5, {}), null);
    store.settled(0, 6);
    await store.flushed();
    expect(await store.takeSummary(Date.now())).toMatchObject({ processed_count: 1 });
    store.close();
  });

  it('takes no more rights than the store', async () => {
    const group = uniqueName('group');
    (await used(group)).close();
    const client = redis.client();
    const rights = ['+@all', '-@dangerous', `~{login-stream:${group}}:*`];
    await client.call('ACL', 'SETUSER', 'stream', 'on', '>secret', ...rights);
    client.disconnect();
    await resetAt(`redis://stream:secret@127.0.0.1:${redis.port}`, group, []);
    expect(await keysLike(group)).toEqual([]);
  });

  it('is done when the memory of Redis is full, too', async () => {
    const group = uniqueName('group');
    (await used(group)).close();
    const client = redis.client();
    await client.call('CONFIG', 'SET', 'maxmemory', '1');
    await reset(group, { partition: 0, start: 3, committed: 5 });
    await client.call('CONFIG', 'SET', 'maxmemory', '0');
    client.disconnect();
    expect((await keysLike(group)).map((key) => key.split(':').at(-1))).toEqual([
      'fence',
      'reset',
      'settled',
    ]);
  });
});
