import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { ApiKey } from '../support/fault-proxy.js';
import type { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact } from './expect-exact.js';
import { StateScenario } from './state-scenario.js';

const PARTITIONS = 2;
const RECORDS = 12_000;
const SLOWLY = { CHECKPOINT_EVERY_SECONDS: '3600', BATCH_MAX_BYTES: '65536' };

describe('A recovery that takes its time', () => {
  let own: ProxiedBroker;
  let scenario: StateScenario;

  /** A life without a checkpoint but the first; then reading is slow. */
  beforeEach(async () => {
    own = await ProxiedBroker.start();
    const settings = { KAFKA_BROKERS: own.address, ...SLOWLY };
    scenario = await StateScenario.create(own.broker.address, { partitions: PARTITIONS, settings });
    const service = await scenario.start();
    await scenario.send(RECORDS);
    await scenario.settled();
    await scenario.kill(service);
  });
  afterEach(async () => {
    await scenario.destroy();
    await own.stop();
  });

  const readying = async (service: ServiceProcess) =>
    (await (await service.get('/health/ready'))?.text()) ?? '';

  /** Until the returned function is called, nothing is answered behind the first fetch of a recovery. Before it each log is looked at. */
  function stall(): () => void {
    let fetches = 0;
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const stop = own.proxy.onRequest(ApiKey.Fetch, () => (++fetches > PARTITIONS + 1 ? gate : undefined));
    return () => {
      stop();
      open();
    };
  }

  it('says how far it is and how long it will take; a stop does not wait for it', async () => {
    const go = stall();
    const service = scenario.spawn();
    const text = await waitFor('progress', async () => {
      const answer = await readying(service);
      return /recovering state: \d+ % of \d+ records, about \d+ s left/.exec(answer);
    });
    expect(text[0]).toMatch(/ of 1[12]\d{3} records/);
    expect((await service.get('/health/ready'))!.status).toBe(503);
    expect((await service.get('/health/live'))!.status).toBe(200);
    expect(service.output).toMatch(/Recovering state: 1[12]\d{3} records are read again/);
    const asked = performance.now();
    expect(await service.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);
    go();
    await scenario.finish();
    await expectExact(scenario);
  });

  it('can be killed again and again', async () => {
    for (let kill = 0; kill < 3; kill++) {
      const go = stall();
      const service = scenario.spawn();
      await waitFor('recovery', async () => /recovering state: \d+ %/.test(await readying(service)));
      await scenario.kill(service);
      go();
    }
    await scenario.send(200);
    await scenario.finish();
    await expectExact(scenario);
  });
});
