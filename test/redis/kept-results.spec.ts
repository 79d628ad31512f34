import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { login } from '../kafka/service-fixture.js';
import { ApiKey } from '../support/fault-proxy.js';
import { fetchFrom } from '../support/fetch-request.js';
import { expectExact } from '../state/expect-exact.js';
import type { StateScenario } from '../state/state-scenario.js';
import { RedisScenario } from './redis-scenario.js';

const logins = (first: number, count: number, partition: number) =>
  Array.from({ length: count }, (_, index) => login(first + index, { partition }));

describe('Results that Redis keeps of an instance that was killed', () => {
  let own: ProxiedBroker;
  let shared: RedisScenario;
  let scenario: StateScenario;
  let after: (() => void)[];

  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  beforeEach(async () => {
    after = [];
    const settings = { SUMMARY_EVERY_MESSAGES: '10' };
    shared = await RedisScenario.create(settings, { partitions: 2, broker: own.address });
    scenario = shared.service;
  });
  afterEach(async () => {
    for (const each of after) each();
    await shared.destroy();
  });

  /** Kills it when the state has a batch of the partition, and its transaction is about to end. */
  async function killBeforeCommit(partition: number): Promise<void> {
    const service = await scenario.start();
    const commit = own.holdNextCommit();
    after.push(commit.letGo);
    await scenario.sendAll(logins(0, 40, partition));
    await commit.arrived;
    await scenario.kill(service);
  }

  it('are written by the next owner of the partition also when a fetch brings nothing of it, and a batch of another one waits for their summaries', async () => {
    await killBeforeCommit(0);
    await scenario.sendAll(logins(40, 40, 1));
    let isLeftOut = false;
    const stop = own.proxy.onRequest(ApiKey.Fetch, ({ frame }) => {
      isLeftOut = fetchFrom(frame, scenario.settings.INPUT_TOPIC, 0, 40);
      if (isLeftOut) stop();
    });
    after.push(stop);
    const next = await scenario.start();
    await scenario.settled();
    expect(isLeftOut).toBe(true);
    expect(await next.stop()).toBe(0);
    await expectExact(scenario);
    const summaries = await scenario.read('SUMMARY');
    expect(summaries.map(({ json }) => json.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
