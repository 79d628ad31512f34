import { afterEach, describe, expect, it } from '@jest/globals';
import { login } from '../kafka/service-fixture.js';
import { waitFor } from '../support/wait-for.js';
import { RedisScenario } from './redis-scenario.js';

const logins = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => login(first + index, { partition: 0 }));

const numbers = (first: number, end: number) =>
  Array.from({ length: end - first }, (_, index) => first + index);

describe('An input topic that is deleted and made again while its state is in Redis', () => {
  let shared: RedisScenario;
  afterEach(() => shared.destroy());

  it.each([
    ['with fewer records', 40],
    ['with more records than there were', 150],
  ])('is said, and its records are counted, too: %s', async (_what, count) => {
    shared = await RedisScenario.create();
    const { service: scenario } = shared;
    await scenario.sendAll(logins(0, 100));
    await scenario.finish();
    await scenario.renewInput(1);
    await scenario.sendAll(logins(1_000, count));
    const service = await scenario.start();
    await scenario.settled();
    const health = (await (await service.get('/health'))!.json()) as object;
    const said =
      /run-\S+-0 was deleted and made again: state has counted it up to offset 100, and the records that are there now/;
    expect(health).toMatchObject({
      status: 'degraded',
      details: { state: { missing: [expect.stringMatching(said)] } },
    });
    expect(service.output).toMatch(said);
    expect(await service.stop()).toBe(0);
    // Now it is this log that state knows.
    const next = await scenario.start();
    await scenario.sendAll(logins(2_000, 50));
    await scenario.settled();
    expect(await next.stop()).toBe(0);
    expect(next.output).not.toMatch(said);
    const output = await scenario.read('OUTPUT');
    expect(output.map(({ json }) => json.total_logins_for_version)).toEqual(numbers(1, 151 + count));
  });

  it('is said while the service runs, too, also when it has more records by then', async () => {
    shared = await RedisScenario.create();
    const { service: scenario } = shared;
    const service = await scenario.start();
    await scenario.sendAll(logins(0, 100));
    await scenario.settled();
    service.kill('SIGSTOP');
    await scenario.renewInput(1);
    await scenario.sendAll(logins(1_000, 150));
    service.kill('SIGCONT');
    await waitFor('all records', async () => (await scenario.read('OUTPUT')).length === 250);
    expect(service.output).toMatch(/was deleted and made again/);
    expect(await service.stop()).toBe(0);
    const output = await scenario.read('OUTPUT');
    expect(output.map(({ json }) => json.total_logins_for_version)).toEqual(numbers(1, 251));
  });
});
