import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { RedisConnection } from '../../src/analytics/redis/redis-connection.js';
import type { RedisStateStore } from '../../src/analytics/redis/redis-state-store.js';
import { RedisSettings } from '../../src/config/redis.settings.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { TestRedis } from '../support/redis.js';
import type { RedisOptions } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import { countsOf, logins, openStore, positionOf, some, originOf, storeOf } from './fixture.js';
import type { StoreOptions } from './fixture.js';

const PASSWORD = 'the-first-one';
/** Longer than any pause between two attempts. */
const SEVERAL_ATTEMPTS_MS = 2_500;

const logged: string[] = [];
beforeAll(() => {
  const keep = (message: unknown) => void logged.push(String(message));
  Logger.overrideLogger({ log: keep, warn: keep, error: keep });
});
afterAll(() => Logger.overrideLogger(true));

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  logged.length = 0;
});

async function start(config: RedisOptions['config'] = {}): Promise<{ redis: TestRedis; client: Redis }> {
  const redis = await TestRedis.start({ config });
  const client = redis.client();
  ends.push(
    () => redis.stop(),
    () => client.disconnect(),
  );
  return { redis, client };
}

async function opened(options: StoreOptions): Promise<RedisStateStore> {
  const store = await openStore(options);
  ends.push(() => store.close());
  return store;
}

/** Applies three logins from an offset on. @returns how often their version was counted by then */
async function apply(store: RedisStateStore, first: number): Promise<unknown[]> {
  const outcomes = logins(first, ...some(3));
  await store.apply(positionOf(0, first, first + 3, first), outcomes, null);
  return countsOf(outcomes);
}

/** As the service does, which looks every second what Redis says. */
function look(store: RedisStateStore): void {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    const looked = () => void (isLooking = false);
    void store.check().then(looked, looked);
  }, 50);
  ends.push(() => clearInterval(timer));
}

const troubleIs = (store: RedisStateStore, sentence: RegExp) =>
  waitFor('the trouble to be told', () => sentence.test(store.trouble ?? '')).catch((error: Error) => {
    throw new Error(`${error.message}: ${store.trouble}`);
  });

interface Refusal {
  readonly config?: RedisOptions['config'];
  readonly password?: string;
  begin(client: Redis, redis: TestRedis): Promise<unknown>;
  readonly sentence: RegExp;
  end(client: Redis): Promise<unknown>;
}

const set = (name: string, value: string) => (client: Redis) => client.call('CONFIG', 'SET', name, value);

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'is a replica now': {
    begin: (client) => client.call('REPLICAOF', '127.0.0.1', '1'),
    sentence: /it is a replica now and takes no writes/,
    end: (client) => client.call('REPLICAOF', 'NO', 'ONE'),
  },
  'is a replica without its primary': {
    config: { 'replica-serve-stale-data': 'no' },
    begin: (client) => client.call('REPLICAOF', '127.0.0.1', '1'),
    sentence: /it is a replica now and takes no writes/,
    end: (client) => client.call('REPLICAOF', 'NO', 'ONE'),
  },
  'has too few replicas': {
    begin: set('min-replicas-to-write', '1'),
    sentence: /it has too few replicas/,
    end: set('min-replicas-to-write', '0'),
  },
  'has no memory left': {
    begin: set('maxmemory', '1'),
    sentence: /its memory is full \(maxmemory\)/,
    end: set('maxmemory', '0'),
  },
  'cannot write to its disk': {
    config: { save: '3600 1000000', dbfilename: 'directory' },
    begin: async (client, redis) => {
      await mkdir(join(redis.directory, 'directory', 'full'), { recursive: true });
      await client.call('BGSAVE');
      await waitFor('the save to fail', async () =>
        /rdb_last_bgsave_status:err/.test(await client.info('persistence')),
      );
    },
    sentence: /it cannot write to its disk and refuses to go on/,
    end: set('stop-writes-on-bgsave-error', 'no'),
  },
  'wants a password': {
    begin: async (client) => {
      await set('requirepass', 'another')(client);
      await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    sentence: /it does not accept user and password/,
    end: set('requirepass', ''),
  },
  'wants another password': {
    config: { requirepass: PASSWORD },
    password: PASSWORD,
    begin: async (client) => {
      await set('requirepass', 'another')(client);
      await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    sentence: /it does not accept user and password/,
    end: set('requirepass', PASSWORD),
  },
};

const RDB = { dbfilename: 'dump.rdb', rdbcompression: 'no' };

describe('RedisStateStore, when Redis answers and', () => {
  it.each(Object.entries(REFUSALS))(
    '%s, waits as long as that lasts, says so all the time, and counts everything once',
    async (_, { config, password, begin, sentence, end }) => {
      const { redis, client } = await start(config);
      const store = await opened({ url: redis.url, redis: { password } });
      expect(await apply(store, 0)).toEqual([1, 2, 3]);
      look(store);
      await begin(client, redis);
      let done = false;
      const applied = apply(store, 3).finally(() => (done = true));
      await troubleIs(store, sentence);
      const over = performance.now() + SEVERAL_ATTEMPTS_MS;
      const said = new Set<string | null>();
      await waitFor('several attempts', () => said.add(store.trouble) && performance.now() > over);
      expect([...said]).toEqual([expect.stringMatching(sentence)]);
      expect(done).toBe(false);
      await end(client);
      expect(await applied).toEqual([4, 5, 6]);
      expect(store.trouble).toBeNull();
      expect(logged.filter((line) => /The stream waits/.test(line))).toHaveLength(1);
      expect(logged.filter((line) => /Redis is back/.test(line))).toHaveLength(1);
      expect(logged.join('\n')).not.toContain(PASSWORD);
    },
  );

  it('is a replica now, notices that without any traffic', async () => {
    const { redis, client } = await start();
    const store = await opened({ url: redis.url });
    look(store);
    await client.call('REPLICAOF', '127.0.0.1', '1');
    await troubleIs(store, /it is a replica now/);
    await client.call('REPLICAOF', 'NO', 'ONE');
    await waitFor('all to be well', () => store.trouble === null);
  });

  it('reads its data from disk, says that, and not what was before', async () => {
    const { redis, client } = await start(RDB);
    const store = await opened({ url: redis.url });
    expect(await apply(store, 0)).toEqual([1, 2, 3]);
    // It looks for calls every 2 MB, and after each key it does nothing for a while.
    for (let key = 0; key < 20; key++) await client.set(`key-${key}`, 'x'.repeat(1024 * 1024));
    await client.save();
    await redis.kill();
    const applied = apply(store, 3);
    await troubleIs(store, /nobody listens there/);
    const slow = { ...RDB, 'key-load-delay': '100000' };
    const { port, directory } = redis;
    const again = TestRedis.start({ port, directory, config: slow });
    ends.push(async () => (await again).stop());
    await troubleIs(store, /it is reading its data from disk/);
    expect(await applied).toEqual([4, 5, 6]);
  });

  it('a script of ours was killed there: makes the call again', async () => {
    const { redis, client } = await start({ 'lua-time-limit': '50' });
    await client.ping();
    const connection = new RedisConnection(Object.assign(new RedisSettings(), { url: redis.url }));
    ends.push(() => connection.close());
    await connection.first((own) => own.ping());
    let attempts = 0;
    const called = connection.call((own) => own.eval(++attempts === 1 ? 'while true do end' : 'return 7', 0));
    await waitFor('the script to be killed', async () =>
      /OK/.test(String(await client.call('SCRIPT', 'KILL').catch(() => ''))),
    );
    expect(await called).toBe(7);
    expect(attempts).toBe(2);
  });
});

/** Watches the primary, and is sure by itself that it is gone. */
async function sentinelOf({ port }: TestRedis): Promise<Redis> {
  const config = {
    [`sentinel monitor main 127.0.0.1 ${port}`]: '1',
    'sentinel down-after-milliseconds main': '500',
    'sentinel failover-timeout main': '3000',
  };
  const sentinel = await TestRedis.start({ sentinel: true, config });
  const client = sentinel.client();
  ends.push(
    () => sentinel.stop(),
    () => client.disconnect(),
  );
  await waitFor('the Sentinel to know the primary', async () =>
    /status=ok/.test(await client.info('sentinel')),
  );
  return client;
}

describe('RedisStateStore, after a fail-over,', () => {
  /** A primary with a replica, and a name that leads to the primary. */
  async function pair(config: RedisOptions['config'] = {}) {
    const [old, next] = [await start(config), await start(config)];
    await next.client.call('REPLICAOF', '127.0.0.1', old.redis.port);
    await waitFor('the replica to be there', async () =>
      /master_link_status:up/.test(await next.client.info('replication')),
    );
    const proxy = await FaultProxy.start({ target: `127.0.0.1:${old.redis.port}`, protocol: 'raw' });
    ends.push(() => proxy.stop());
    return { old, next, proxy, url: `redis://${proxy.address}` };
  }

  it('leaves the former primary, which still answers, and goes on where its name leads now', async () => {
    const { old, next, proxy, url } = await pair();
    const store = await opened({ url });
    expect(await apply(store, 0)).toEqual([1, 2, 3]);
    await old.client.call('FAILOVER', 'TO', '127.0.0.1', next.redis.port);
    proxy.redirect(`127.0.0.1:${next.redis.port}`);
    expect(await apply(store, 3)).toEqual([4, 5, 6]);
    expect(proxy.connections).toBe(1);
    expect(store.trouble).toBeNull();
  });

  it('that a Sentinel has made when the primary was killed, goes on where the name leads now', async () => {
    const { old, next, proxy, url } = await pair();
    const store = await opened({ url });
    expect(await apply(store, 0)).toEqual([1, 2, 3]);
    await waitFor('the replica to have it', async () => (await next.client.keys('*:fence')).length === 1);
    await sentinelOf(old.redis);
    await old.redis.kill();
    const applied = apply(store, 3);
    await troubleIs(store, /^Redis is away: /);
    await waitFor('the replica to be promoted', async () =>
      /role:master/.test(await next.client.info('replication')),
    );
    proxy.redirect(`127.0.0.1:${next.redis.port}`);
    expect(await applied).toEqual([4, 5, 6]);
  });

  it('refuses a Sentinel in the place of Redis, by name', async () => {
    const { redis } = await start();
    const sentinel = await sentinelOf(redis);
    const store = storeOf({ url: `redis://127.0.0.1:${sentinel.options.port}` });
    ends.push(() => store.close());
    await expect(store.open(originOf())).rejects.toThrow('it is a Sentinel, or commands are switched off');
  });
});
