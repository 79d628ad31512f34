import { afterEach, describe, expect, it } from '@jest/globals';
import { login } from '../kafka/service-fixture.js';
import { sharedBroker, withAdmin } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import type { StateScenario } from '../state/state-scenario.js';
import { RedisScenario } from './redis-scenario.js';

const LENIENT = { STATE_RECOVERY: 'lenient' };

const logins = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => login(first + index, { partition: 0 }));

describe('What Redis lacks, and the input has not any more,', () => {
  let shared: RedisScenario;
  let scenario: StateScenario;
  afterEach(() => shared.destroy());

  /** 100 logins are committed; the input has lost the first 40 of them. */
  async function prepare() {
    shared = await RedisScenario.create();
    scenario = shared.service;
    const service = await scenario.start();
    await scenario.sendAll(logins(0, 100));
    await scenario.settled();
    await deleteBelow(40);
    return service;
  }

  async function deleteBelow(offset: number): Promise<void> {
    const topic = scenario.settings.INPUT_TOPIC;
    await withAdmin(sharedBroker(), async (admin) => {
      await admin.fetchTopicOffsets(topic); // it has to know the topic
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    });
  }

  const totals = async () => (await scenario.read('OUTPUT')).map(({ json }) => json.total_logins_for_version);

  it('ends every instance with STATE_RECOVERY=strict, also when nobody sends anything', async () => {
    const service = await prepare();
    await shared.emptyRedis();
    expect(await service.exit).toBe(1);
    const next = scenario.spawn();
    expect(await next.exit).toBe(1);
    for (const { output } of [service, next])
      expect(output).toMatch(
        /Redis has lost the state, and the input it came from is gone: offsets 0–39 of \S+-0\. Restore Redis, or set STATE_RECOVERY=lenient/,
      );
  });

  it('is done without with STATE_RECOVERY=lenient, and health says so', async () => {
    const service = await prepare();
    expect(await service.stop()).toBe(0);
    await shared.emptyRedis();
    const lenient = await scenario.start(LENIENT);
    await waitFor(
      'the loss to be told',
      async () => (await lenient.metric('login_stream_state_losses')) === 1,
    );
    const health = (await (await lenient.get('/health'))!.json()) as Record<string, never>;
    expect(health).toMatchObject({
      status: 'degraded',
      details: { state: { status: 'down', missing: [expect.stringMatching(/^offsets 0–39 of \S+-0$/)] } },
    });
    await scenario.sendAll(logins(100, 1));
    await scenario.settled();
    expect(await lenient.stop()).toBe(0);
    expect((await totals()).at(-1)).toBe(61);
    // The state has the rest again, and nobody misses anything.
    const strict = await scenario.start();
    await scenario.sendAll(logins(101, 1));
    await scenario.settled();
    expect(await strict.stop()).toBe(0);
    expect((await totals()).at(-1)).toBe(62);
  });

  it('is nothing when the input had lost it before the state began, also after a summary that is no record’s', async () => {
    shared = await RedisScenario.create({ SUMMARY_EVERY_SECONDS: '1' }, { partitions: 2 });
    scenario = shared.service;
    await scenario.sendAll(logins(0, 40));
    await deleteBelow(40);
    await scenario.sendAll(logins(40, 10).map((each) => ({ ...each, partition: 1 })));
    const service = await scenario.start();
    await waitFor('a summary by time', async () => (await scenario.read('SUMMARY')).length > 0);
    expect(await service.stop()).toBe(0);
    const next = await scenario.start();
    await scenario.sendAll(logins(50, 10));
    await waitFor('the new records', async () => (await scenario.read('OUTPUT')).length === 20);
    expect(await next.stop()).toBe(0);
    expect((await totals()).sort((a, b) => Number(a) - Number(b)).at(-1)).toBe(20);
  });
});
