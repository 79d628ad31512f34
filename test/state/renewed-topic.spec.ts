import { afterEach, describe, expect, it } from '@jest/globals';
import { login } from '../kafka/service-fixture.js';
import { sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { StateScenario } from './state-scenario.js';

const EX_CONFIG = 78;
const LENIENT = { STATE_RECOVERY: 'lenient' };

const logins = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => login(first + index, { partition: 0 }));

const numbers = (first: number, end: number) =>
  Array.from({ length: end - first }, (_, index) => first + index);

describe('An input topic that is deleted and made again', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  const totals = async () => (await scenario.read('OUTPUT')).map(({ json }) => json.total_logins_for_version);

  async function refused(): Promise<string> {
    const service = scenario.spawn();
    expect(await service.exit).toBe(EX_CONFIG);
    return service.output;
  }

  it.each([
    ['with fewer records', 40],
    ['with more records than there were', 150],
    ['without any', 0],
  ])(
    'while the service is down is said, and its records are counted if that is accepted: %s',
    async (_what, count) => {
      scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
      await scenario.sendAll(logins(0, 100));
      await scenario.finish();
      await scenario.renewInput(1);
      await scenario.sendAll(logins(1_000, count));
      expect(await refused()).toMatch(
        /STATE_RECOVERY=strict does not accept this: partition 0 was deleted and made again: state has counted it up to offset 100/,
      );
      const service = await scenario.start(LENIENT);
      const health = (await (await service.get('/health'))!.json()) as object;
      expect(health).toMatchObject({
        status: 'degraded',
        details: { state: { missing: [expect.stringMatching(/^partition 0 was deleted and made again/)] } },
      });
      await scenario.settled();
      // Killed before or after its first checkpoint, it is not asked for twice.
      await scenario.kill(service);
      await scenario.sendAll(logins(2_000, 50));
      await scenario.finish();
      expect(await totals()).toEqual(numbers(1, 151 + count));
    },
  );

  it('with fewer partitions is said, and what is left goes on', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 2 });
    await scenario.sendAll([...logins(0, 50), ...logins(50, 50).map((each) => ({ ...each, partition: 1 }))]);
    await scenario.finish();
    await scenario.renewInput(1);
    await scenario.sendAll(logins(1_000, 80));
    expect(await refused()).toMatch(
      /partition 1 of the input, which state has counted up to offset 50, is not there/,
    );
    const service = await scenario.start(LENIENT);
    await scenario.settled();
    // Nothing of what is gone keeps checkpoints from being valid.
    await waitFor('checkpoints of what is left', async () => {
      const { generations } = await scenario.onDisk();
      return generations.every(({ positions }) => !positions.has(1));
    });
    expect(await service.stop()).toBe(0);
    expect((await totals()).sort((a, b) => Number(a) - Number(b))).toEqual(numbers(1, 181));
  });

  it('while the service runs is said, and its records are counted, also when a kill comes right after it', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    const service = await scenario.start();
    await scenario.sendAll(logins(0, 100));
    await scenario.settled();
    await scenario.checkpointed();
    await scenario.renewInput(1);
    await scenario.sendAll(logins(1_000, 40));
    await waitFor('the new records to be counted', async () => (await totals()).length === 140);
    expect(service.output).toMatch(
      /-0 was deleted and made again: state has counted it up to offset 100, and nothing/,
    );
    await scenario.kill(service);
    await scenario.sendAll(logins(2_000, 50));
    await scenario.finish();
    expect(await totals()).toEqual(numbers(1, 191));
  });
});
