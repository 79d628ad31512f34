import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ID_HEADER, judge } from '../delivery/verdict.js';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { login } from '../kafka/service-fixture.js';
import { expectTotals } from '../state/expect-exact.js';
import { contentOf } from '../state/state-scenario.js';
import { ApiKey } from '../support/fault-proxy.js';
import type { ReadRecord } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { RedisScenario } from './redis-scenario.js';

const KILLS = 4;
const SETTINGS = { DELIVERY: 'at-least-once', REDIS_TIMEOUT_MS: '1000' };
const TOPICS = ['OUTPUT', 'FILTERED', 'ERROR'] as const;

const idOf = ({ headers }: ReadRecord) => String(headers?.[ID_HEADER]);

describe('DELIVERY=at-least-once with STATE_STORE=redis', () => {
  let shared: RedisScenario;
  let own: ProxiedBroker | undefined;
  afterEach(async () => {
    await shared.destroy();
    await own?.stop();
    own = undefined;
  });

  /** Each input has an outcome and is counted once, and what is written twice says the same. @returns how many records there are */
  async function expectCountedOnce(): Promise<number> {
    const { service: scenario } = shared;
    const records = await Promise.all(TOPICS.map((topic) => scenario.read(topic)));
    expect(judge(scenario.inputs.length, records.flat()).lost).toEqual([]);
    const said = new Map<string, unknown>();
    TOPICS.forEach((topic, index) => {
      for (const record of records[index]) {
        const content = [topic, contentOf(topic)(record)];
        expect(content).toEqual(said.get(idOf(record)) ?? content);
        said.set(idOf(record), content);
      }
    });
    const seen = new Set<string>();
    expectTotals(records[0].filter((record) => !seen.has(idOf(record)) && seen.add(idOf(record))));
    const counts = await shared.withClient((client) =>
      client.hmget(`{login-stream:${shared.group}}:meta`, 'processed', 'filtered', 'errors'),
    );
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(scenario.inputs.length);
    return records.flat().length;
  }

  it('loses nothing and counts every record once, whoever is killed together with Redis', async () => {
    const config = { appendonly: 'yes', appendfsync: 'always' };
    const settings = { ...SETTINGS, SUMMARY_EVERY_SECONDS: '1' };
    shared = await RedisScenario.create(settings, { partitions: 6, redis: { config } });
    const { service: scenario } = shared;
    const committedSome = async () => {
      const before = await scenario.committed();
      await waitFor('commits', async () => (await scenario.committed()) > before + 300);
    };
    const fleet = [await scenario.start(), await scenario.start()];
    const over = new AbortController();
    const feeding = scenario.feed(600, over.signal);
    for (let kill = 0; kill < KILLS; kill++) {
      await committedSome();
      await sleep((kill * 61) % 200);
      const place = kill % fleet.length;
      await scenario.kill(fleet[place]);
      await shared.redis.kill();
      shared.redis = await shared.redis.startAgain();
      fleet[place] = await scenario.start();
    }
    await committedSome();
    over.abort();
    await feeding;
    await scenario.settled();
    for (const service of fleet) expect(await service.stop()).toBe(0);
    await expectCountedOnce();
  });

  it('says the same again, and counts nothing, when another instance writes what was written and not committed', async () => {
    own = await ProxiedBroker.start();
    const { proxy } = own;
    shared = await RedisScenario.create(SETTINGS, { partitions: 2, broker: own.address });
    const { service: scenario } = shared;
    const [doomed, other] = [await scenario.start(), await scenario.start()];
    const send = (first: number, count: number) =>
      scenario.sendAll(
        Array.from({ length: count }, (_, index) => login(first + index, { partition: index % 2 })),
      );
    await send(0, 20);
    await scenario.settled();
    const letGo = proxy.onRequest(ApiKey.OffsetCommit, () => new Promise<void>(() => undefined));
    await send(20, 40);
    await waitFor('all outcomes to be written', async () => (await scenario.read('OUTPUT')).length === 60);
    await scenario.kill(doomed);
    letGo();
    proxy.cut();
    await scenario.settled();
    expect(await other.stop()).toBe(0);
    expect(await expectCountedOnce()).toBeGreaterThan(60);
  });
});
