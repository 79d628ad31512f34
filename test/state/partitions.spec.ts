import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { login } from '../kafka/service-fixture.js';
import { ApiKey } from '../support/fault-proxy.js';
import { committedOffsets, sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact, expectTotals } from './expect-exact.js';
import { StateScenario } from './state-scenario.js';

const KILLS = 3;
const COPIES = 40;

/** The same logins, for another partition. */
const copies = (partition: number) =>
  Array.from({ length: COPIES }, (_, index) => login(index, { partition }));

describe('State over several partitions', () => {
  let scenario: StateScenario;
  let own: ProxiedBroker | undefined;

  afterEach(async () => {
    await scenario.destroy();
    await own?.stop();
    own = undefined;
  });

  async function killUnderLoad(): Promise<void> {
    const over = new AbortController();
    const feeding = scenario.feed(600, over.signal);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await scenario.committed();
      const service = await scenario.start();
      await waitFor('commits', async () => (await scenario.committed()) > before + 200);
      await sleep((kill * 131) % 500);
      await scenario.kill(service);
    }
    over.abort();
    await feeding;
    await scenario.finish();
  }

  it('is exact whenever the service was killed: every outcome, every count, every summary', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 3 });
    await killUnderLoad();
    await expectExact(scenario);
  });

  it('counts every login once with at-least-once delivery, too: what is written again says the same', async () => {
    const settings = { DELIVERY: 'at-least-once' };
    scenario = await StateScenario.create(sharedBroker(), { partitions: 3, settings });
    await killUnderLoad();
    const seen = new Set<string>();
    const first = (await scenario.read('OUTPUT')).filter(({ json }) => {
      const turn = `${String(json.app_version)} ${String(json.total_logins_for_version)}`;
      return !seen.has(turn) && seen.add(turn);
    });
    expectTotals(first);
  });

  it('reads nothing again after a stop in order', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 3 });
    await scenario.send(500);
    await scenario.finish();
    const service = await scenario.start();
    expect(service.output).toMatch(/State is ready: \d{2,} users, \d+ devices; 0 records read again/);
    await scenario.send(300);
    await scenario.settled();
    expect(await service.stop()).toBe(0);
    await expectExact(scenario);
  });

  it('keeps a batch that was counted and not committed: those after it in other partitions stay right', async () => {
    own = await ProxiedBroker.start();
    const { proxy } = own;
    // More than are sent: the other partition would wait for a summary that comes before its own.
    const settings = { KAFKA_BROKERS: own.address, SUMMARY_EVERY_MESSAGES: '30' };
    scenario = await StateScenario.create(own.address, { partitions: 2, settings });
    const { KAFKA_GROUP_ID: group, INPUT_TOPIC: input } = scenario.settings;
    const service = await scenario.start();
    const committed = () => committedOffsets(own!.address, group, input);
    await scenario.sendAll([login(1_000, { partition: 0 }), login(1_001, { partition: 1 })]);
    await waitFor('both to be committed', async () => (await committed()).join() === '1,1');

    let held = false;
    const letGo = proxy.onRequest(ApiKey.TxnOffsetCommit, ({ frame }) => {
      if (!frame.includes(`${group}-${input}-0`)) return;
      held = true;
      return new Promise<void>(() => undefined);
    });
    // Both come with one fetch: the next one waits for all of its batches.
    let fetch: () => void = () => undefined;
    const isThere = new Promise<void>((resolve) => (fetch = resolve));
    let asked = false;
    const fetching = proxy.onRequest(ApiKey.Fetch, () => {
      asked = true;
      return isThere;
    });
    await waitFor('a fetch', () => asked);
    await scenario.sendAll([...copies(0).slice(0, 20), ...copies(1).slice(0, 20)]);
    fetching();
    fetch();
    await waitFor('the first copies to be held', () => held);
    await waitFor('the second copies to be committed', async () => (await committed())[1] > 1);
    expect((await committed())[0]).toBe(1);
    await scenario.kill(service);
    letGo();

    await scenario.sendAll([...copies(1).slice(20), ...copies(0).slice(20)]);
    const next = await scenario.start();
    await scenario.settled();
    expect(await next.stop()).toBe(0);
    expect(await committed()).toEqual([1 + COPIES, 1 + COPIES]);
    await expectExact(scenario);
    const processed = await scenario.read('OUTPUT');
    const held20 = processed.filter(({ json }) => Number(String(json.user_id).slice(5)) < 20);
    expect(held20.map(({ json }) => json.total_logins_for_version)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 3),
    );
  });
});
