import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { RedisStateStore } from '../../src/analytics/redis/redis-state-store.js';
import { expectExact } from '../state/expect-exact.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { uniqueName } from '../support/kafka.js';
import { TestRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import { countsOf, logins, openStore, positionOf, some, originOf, storeOf } from './fixture.js';
import { RedisScenario } from './redis-scenario.js';

const SLOTS = 16_384;
const NODE = { 'cluster-enabled': 'yes', 'cluster-config-file': 'nodes.conf' };

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Node {
  readonly redis: TestRedis;
  readonly client: Redis;
  readonly id: string;
}

async function start(): Promise<Node> {
  const redis = await TestRedis.start({ config: NODE });
  const client = clientOf(redis);
  ends.push(() => redis.stop());
  return { redis, client, id: String(await client.call('CLUSTER', 'MYID')) };
}

function clientOf(redis: TestRedis): Redis {
  const client = redis.client();
  ends.push(() => client.disconnect());
  return client;
}

async function takeAllSlots(client: Redis): Promise<void> {
  await client.call('CLUSTER', 'ADDSLOTS', ...Array.from({ length: SLOTS }, (_, slot) => slot));
  await waitFor('the slots to be served', async () =>
    /cluster_state:ok/.test(String(await client.call('CLUSTER', 'INFO'))),
  );
}

/** Two nodes, of which the first one has everything. */
async function cluster(): Promise<readonly [Node, Node]> {
  const nodes = [await start(), await start()] as const;
  const [owner, other] = nodes;
  await takeAllSlots(owner.client);
  await owner.client.call('CLUSTER', 'MEET', '127.0.0.1', other.redis.port);
  await waitFor('each to know what the other one has', async () =>
    /cluster_state:ok[^]*cluster_slots_assigned:16384[^]*cluster_known_nodes:2/.test(
      String(await other.client.call('CLUSTER', 'INFO')),
    ),
  );
  return nodes;
}

async function apply(store: RedisStateStore, first: number): Promise<unknown[]> {
  const outcomes = logins(first, ...some(3));
  await store.apply(positionOf(0, first, first + 3, first), outcomes, null);
  return countsOf(outcomes);
}

async function refusal(url: string): Promise<string> {
  const store = storeOf({ url });
  ends.push(() => store.close());
  return store.open(originOf()).then(
    () => 'it was opened',
    ({ message }: Error) => message,
  );
}

describe('A Redis cluster whose node has the keys of the group', () => {
  let shared: RedisScenario;
  afterEach(() => shared.destroy());

  it('keeps the state of several instances, one of which is killed', async () => {
    const settings = { REDIS_TIMEOUT_MS: '1000', SUMMARY_EVERY_SECONDS: '1' };
    shared = await RedisScenario.create(settings, { partitions: 4, redis: { config: NODE } });
    await takeAllSlots(clientOf(shared.redis));
    const { service: scenario } = shared;
    const fleet = [await scenario.start(), await scenario.start()];
    await scenario.send(2_000);
    await waitFor('commits', async () => (await scenario.committed()) > 200);
    await scenario.kill(fleet[0]);
    await scenario.send(500);
    await scenario.settled();
    expect(await fleet[1].stop()).toBe(0);
    await expectExact(scenario);
  });
});

describe('A Redis cluster whose node does not have the keys of the group', () => {
  it('ends the start, and names the one that has them', async () => {
    const [owner, other] = await cluster();
    expect(await refusal(other.redis.url)).toContain(
      `the keys of the group are on another node of its cluster (127.0.0.1:${owner.redis.port}): name that node, or a proxy, in REDIS_URL`,
    );
  });

  it('ends the start when another database is wanted', async () => {
    const { redis, client } = await start();
    await takeAllSlots(client);
    expect(await refusal(`${redis.url}/1`)).toContain('it has no database of that number');
  });

  it('is waited for when they are moved to another one, until the address leads there', async () => {
    const [owner, other] = await cluster();
    const proxy = await FaultProxy.start({ target: `127.0.0.1:${owner.redis.port}`, protocol: 'raw' });
    ends.push(() => proxy.stop());
    const group = uniqueName('group');
    const store = await openStore({ url: `redis://${proxy.address}`, group });
    ends.push(() => store.close());
    expect(await apply(store, 0)).toEqual([1, 2, 3]);

    const slot = Number(await owner.client.call('CLUSTER', 'KEYSLOT', `{login-stream:${group}}:meta`));
    await other.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', owner.id);
    await owner.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', other.id);
    const keys = (await owner.client.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[];
    await owner.client.call('MIGRATE', '127.0.0.1', other.redis.port, '', 0, 5_000, 'KEYS', ...keys);
    const applied = apply(store, 3);
    for (const { client } of [other, owner]) await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', other.id);
    const sentence = `another node of its cluster (127.0.0.1:${other.redis.port})`;
    await waitFor('the trouble to be told', () => store.trouble?.includes(sentence));
    proxy.redirect(`127.0.0.1:${other.redis.port}`);
    expect(await applied).toEqual([4, 5, 6]);
    expect(store.trouble).toBeNull();
  });
});
