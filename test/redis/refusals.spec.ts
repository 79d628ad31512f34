import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidSettingsError } from '../../src/config/invalid-settings.error.js';
import type { RedisStateStore } from '../../src/analytics/redis/redis-state-store.js';
import { demandOf } from '../../src/analytics/state-demand.js';
import { recentTimes } from '../../src/enrichment/state-handles.js';
import { selfSignedCertificate } from '../support/certificate.js';
import type { CertificateFiles } from '../support/certificate.js';
import { uniqueName } from '../support/kafka.js';
import { TestRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import { logins, NOW, openStore, originOf, positionOf, some, storeOf } from './fixture.js';
import type { StoreOptions } from './fixture.js';

const PASSWORD = 'a "quoted" p@ss:word/äß';

const logged: string[] = [];
beforeAll(() => {
  const keep = (message: unknown) => void logged.push(String(message));
  Logger.overrideLogger({ log: keep, warn: keep, error: keep });
});
afterAll(() => Logger.overrideLogger(true));

const open: { stop(): Promise<void> }[] = [];
const stores: RedisStateStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  for (const each of open.splice(0)) await each.stop();
});

async function start(options: Parameters<typeof TestRedis.start>[0] = {}): Promise<TestRedis> {
  const redis = await TestRedis.start(options);
  open.push(redis);
  return redis;
}

async function opened(options: StoreOptions): Promise<RedisStateStore> {
  const store = await openStore(options);
  stores.push(store);
  return store;
}

/** What is said when a store cannot be opened. */
async function refusal(options: StoreOptions): Promise<string> {
  const store = storeOf(options);
  stores.push(store);
  const error: unknown = await store.open(originOf(options.clusterId)).then(
    () => new Error('it was opened'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidSettingsError);
  return (error as Error).message;
}

/** Redis says so to whoever wants to write; the store waits until that is over. */
async function waitsFor(
  store: RedisStateStore,
  sentence: RegExp,
  end: () => Promise<unknown>,
): Promise<void> {
  const outcomes = logins(0, ...some(5));
  const applied = store.apply(positionOf(0, 0, 5), outcomes, null);
  await waitFor('the trouble to be told', () => store.trouble !== null && sentence.test(store.trouble));
  await end();
  await applied;
  expect(store.trouble).toBeNull();
  expect(outcomes.at(-1)).toMatchObject({ total_logins_for_version: 5 });
}

describe('RedisStateStore, asked for a password,', () => {
  it.each([
    ['in REDIS_PASSWORD', (redis: TestRedis) => ({ url: redis.url, redis: { password: PASSWORD } })],
    [
      'in REDIS_URL',
      (redis: TestRedis) => ({ url: `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${redis.port}` }),
    ],
  ])('gives the one %s', async (_, options) => {
    const redis = await start({ config: { requirepass: JSON.stringify(PASSWORD) } });
    const store = await opened(options(redis));
    await store.apply(positionOf(0, 0, 1), logins(0, {}), null);
  });

  it.each([
    ['none', {}],
    ['a wrong one', { password: 'another-secret' }],
  ])('refuses to start with %s, in a sentence without it', async (_, settings) => {
    const redis = await start({ config: { requirepass: JSON.stringify(PASSWORD) } });
    const message = await refusal({ url: redis.url, redis: settings });
    expect(message).toContain(`REDIS_URL names 127.0.0.1:${redis.port}`);
    expect(message).toContain('it does not accept user and password');
    expect([message, ...logged].join('\n')).not.toMatch(/another-secret|quoted/);
  });

  it('warns, in the log, when none is wanted', async () => {
    const redis = await start();
    const store = await opened({ url: redis.url, redis: { password: PASSWORD } });
    await store.apply(positionOf(0, 0, 1), logins(0, {}), null);
    expect(logged.join('\n')).toMatch(/Redis wants no password, and one is set/);
  });

  it('gives a user that may do no more than it needs', async () => {
    const redis = await start();
    const client = redis.client();
    const group = uniqueName('group');
    const rights = ['+@all', '-@dangerous', '+info', `~{login-stream:${group}}:*`];
    await client.call('ACL', 'SETUSER', 'stream', 'on', '>secret', ...rights);
    const url = `redis://stream:secret@127.0.0.1:${redis.port}`;
    // Small tables, so that their halves change places, too.
    const settings = { maxUsers: 4, maxDevices: 4, dedupeLimit: 4 };
    const store = await opened({ url, group, settings, every: 5 });
    const users = Array.from({ length: 20 }, (_, index) => ({
      user_id: `u${index}`,
      device_id: `d${index}`,
    }));
    const due = await store.apply(positionOf(0, 0, 20), logins(0, ...users), null);
    expect(due.map(({ summary }) => summary.sequence)).toEqual([1, 2, 3, 4]);
    await store.turnOf(1, { partition: 0, end: 20 });
    store.settled(0, 20);
    await store.flushed();
    await store.recount(positionOf(1, 0, 3), logins(0, ...some(3, { partition: 1 })));
    const summary = await store.takeSummary(NOW);
    await store.published(summary!.sequence);
    await store.skipTo(1, 9, 3);
    expect(await store.position(1)).toMatchObject({ next: 9, keptFrom: 9 });
    expect(await store.forget('u19')).toBe(true);
    expect(store.trouble).toBeNull();
    expect(await refusal({ url: `redis://stream:secret@127.0.0.1:${redis.port}` })).toContain('may not');
    client.disconnect();
  });
});

describe('RedisStateStore, with a number of a database,', () => {
  it('keeps everything there, also after the connection was lost', async () => {
    const redis = await start();
    const store = await opened({ url: `${redis.url}/3` });
    const client = redis.client();
    await store.apply(positionOf(0, 0, 1), logins(0, {}), null);
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await store.apply(positionOf(0, 1, 2), logins(1, {}), null);
    expect(await client.keys('*')).toEqual([]);
    await client.select(3);
    expect(await client.hgetall((await client.keys('*:fence'))[0])).toEqual({ '0': '2' });
    client.disconnect();
  });

  it('refuses one that is not there, and does not take another one', async () => {
    const redis = await start();
    expect(await refusal({ url: `${redis.url}/99` })).toContain('it has no database of that number');
    const client = redis.client();
    expect(await client.keys('*')).toEqual([]);
    client.disconnect();
  });
});

describe('RedisStateStore over TLS', () => {
  let directory: string;
  let tls: CertificateFiles;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'redis-tls-'));
    tls = await selfSignedCertificate(directory, 'server');
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('trusts the authority that it is told', async () => {
    const redis = await start({ tls });
    const store = await opened({ url: redis.url, redis: { tlsCaFile: tls.caFile } });
    await store.apply(positionOf(0, 0, 1), logins(0, {}), null);
  });

  it('refuses a certificate of another one', async () => {
    const redis = await start({ tls });
    const other = await selfSignedCertificate(directory, 'foreign');
    expect(await refusal({ url: redis.url, redis: { tlsCaFile: other.caFile } })).toMatch(
      /TLS to Redis does not come about/,
    );
  });
});

describe('RedisStateStore, with a Redis that takes no writes,', () => {
  it('waits while its memory is full, and nothing of the batch is there', async () => {
    const redis = await start();
    const store = await opened({ url: redis.url });
    const client = redis.client();
    await client.call('CONFIG', 'SET', 'maxmemory', '1');
    await waitsFor(store, /memory is full/, async () => {
      expect((await client.keys('*')).filter((key) => !key.endsWith(':meta'))).toEqual([]);
      await client.call('CONFIG', 'SET', 'maxmemory', '0');
    });
    client.disconnect();
  });

  it('waits while it is a replica', async () => {
    const [redis, primary] = [await start(), await start()];
    const store = await opened({ url: redis.url });
    const client = redis.client();
    await client.call('CONFIG', 'SET', 'replica-serve-stale-data', 'yes');
    await client.call('REPLICAOF', '127.0.0.1', '1');
    await waitsFor(store, /it is a replica now/, () => client.call('REPLICAOF', 'NO', 'ONE'));
    expect(primary.port).not.toBe(redis.port);
    client.disconnect();
  });

  it('waits while it cannot write to its disk', async () => {
    const redis = await start({
      config: { save: '3600 1000000', 'stop-writes-on-bgsave-error': 'yes', dbfilename: 'directory' },
    });
    const store = await opened({ url: redis.url });
    const client = redis.client();
    // A directory in the place of the file: nothing can be renamed over it.
    await mkdir(join(redis.directory, 'directory', 'full'), { recursive: true });
    await client.call('BGSAVE');
    await waitFor('the save to fail', async () =>
      /rdb_last_bgsave_status:err/.test(await client.info('persistence')),
    );
    await waitsFor(store, /cannot write to its disk/, () =>
      client.call('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no'),
    );
    client.disconnect();
  });

  it('waits while a script keeps it busy', async () => {
    const redis = await start({ config: { 'lua-time-limit': '50' } });
    const store = await opened({ url: redis.url, redis: { timeoutMs: 200 } });
    const [client, looping] = [redis.client(), redis.client()];
    await Promise.all([client.ping(), looping.ping()]);
    const busy = looping.eval('while true do end', 0).catch((error: Error) => error.message);
    await waitsFor(store, /a script keeps it busy|does not answer|closed/, () =>
      client.call('SCRIPT', 'KILL'),
    );
    await busy;
    client.disconnect();
    looping.disconnect();
  });
});

describe('RedisStateStore, with the state of another kind,', () => {
  const times = recentTimes({ per: 'user_id', keep: 3, windowSeconds: 60 });

  it.each([
    [
      'another window of duplicates',
      { settings: { dedupeSeconds: 300 } },
      'DEDUPE_SECONDS was 600 and is 300',
    ],
    [
      'another gap of sessions',
      { settings: { sessionGapSeconds: 60 } },
      'SESSION_GAP_SECONDS was 1800 and is 60',
    ],
    ['another topic', { topic: 'other' }, 'INPUT_TOPIC was "user-login" and is "other"'],
    [
      'other processors',
      { demand: demandOf(['session_count'], [], [times]) },
      'what is remembered of users was "" and is "3 times"',
    ],
  ])('refuses %s, and says what has changed', async (_, change, sentence) => {
    const redis = await start();
    const group = uniqueName('group');
    await opened({ url: redis.url, group });
    const message = await refusal({ url: redis.url, group, ...change });
    expect(message).toContain(sentence);
    expect(message).toContain('reset the state');
  });

  it('is not changed by what it refuses', async () => {
    const redis = await start();
    const group = uniqueName('group');
    await opened({ url: redis.url, group });
    await refusal({ url: redis.url, group, topic: 'other', clusterId: 'second' });
    await opened({ url: redis.url, group, clusterId: 'first' });
  });

  it('refuses another cluster, also when nobody has said at first of which it is', async () => {
    const redis = await start();
    const group = uniqueName('group');
    await opened({ url: redis.url, group });
    await opened({ url: redis.url, group, clusterId: 'first' });
    const message = await refusal({ url: redis.url, group, clusterId: 'second' });
    expect(message).toContain('is of cluster first, and KAFKA_BROKERS lead to cluster second');
    expect(message).toContain('reset the state');
    await opened({ url: redis.url, group, clusterId: 'first' });
  });

  it('refuses another format', async () => {
    const redis = await start();
    const group = uniqueName('group');
    await opened({ url: redis.url, group });
    const client = redis.client();
    await client.hset(`{login-stream:${group}}:meta`, 'format', '99');
    expect(await refusal({ url: redis.url, group })).toContain('has format 99, and this version needs 1');
    client.disconnect();
  });

  it('allows other limits and other windows of flags', async () => {
    const redis = await start();
    const group = uniqueName('group');
    await opened({ url: redis.url, group });
    await opened({ url: redis.url, group, settings: { maxUsers: 10, mapLimit: 5, windowSeconds: 60 } });
  });
});
