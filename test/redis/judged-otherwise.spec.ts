import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { login } from '../kafka/service-fixture.js';
import type { StateScenario } from '../state/state-scenario.js';
import { RedisScenario } from './redis-scenario.js';

const FORMER = { UNKNOWN_FIELDS: 'reject' };

/** Logins, each second one with a field that is not known. */
const messages = Array.from({ length: 20 }, (_, index) => {
  const { value, ...message } = login(index, { partition: 0 });
  return { ...message, value: index % 2 === 0 ? value : String(value).replace(/}$/, ',"more":1}') };
});

describe('Errors that Redis has counted and Kafka has not, which are logins with other settings,', () => {
  let own: ProxiedBroker;
  let shared: RedisScenario;
  let scenario: StateScenario;
  let letGo: () => void;

  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  afterEach(async () => {
    letGo();
    await shared.destroy();
  });

  /** An instance is killed when the state has the batch, and its transaction is about to end. The next one has other settings. */
  beforeEach(async () => {
    shared = await RedisScenario.create({}, { broker: own.address });
    scenario = shared.service;
    const service = await scenario.start(FORMER);
    const commit = own.holdNextCommit();
    ({ letGo } = commit);
    await scenario.sendAll(messages);
    await commit.arrived;
    await scenario.kill(service);
    for (const STATE_RECOVERY of ['strict', 'lenient']) {
      const next = scenario.spawn({ STATE_RECOVERY });
      expect(await next.exit).toBe(1);
      expect(next.output).toMatch(/offset 1 was counted as an error, and is a login with the settings/);
    }
    expect(await shared.written()).toEqual([0, 0, 0]);
  });

  const totals = async () => (await scenario.read('OUTPUT')).map(({ json }) => json.total_logins_for_version);
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('are written as they were counted by an instance with the former settings; then those can be changed', async () => {
    const former = await scenario.start(FORMER);
    await scenario.settled();
    expect(await former.stop()).toBe(0);
    expect(await shared.written()).toEqual([10, 0, 10]);
    const next = await scenario.start();
    await scenario.sendAll(messages.map((message) => ({ ...message, value: `${String(message.value)} ` })));
    await scenario.settled();
    expect(await next.stop()).toBe(0);
    expect(await shared.written()).toEqual([30, 0, 10]);
    expect(await totals()).toEqual(upTo(30));
  });

  it('are logins after a reset of the state, which counts them anew', async () => {
    expect((await shared.command(['reset', '--yes'])).exit).toBe(0);
    const next = await scenario.start();
    await scenario.settled();
    expect(await next.stop()).toBe(0);
    expect(await shared.written()).toEqual([20, 0, 0]);
    expect(await totals()).toEqual(upTo(20));
  });
});
