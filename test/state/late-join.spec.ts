import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { ApiKey } from '../support/fault-proxy.js';
import { uniqueName } from '../support/kafka.js';
import type { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact } from './expect-exact.js';
import { StateScenario } from './state-scenario.js';

const EX_CONFIG = 78;

/** The group is found empty before state is recovered, and joined after that: much may happen between. */
describe('An instance that joins late, with embedded state', () => {
  let own: ProxiedBroker;
  let scenario: StateScenario;
  let late: ServiceProcess;
  let joinNow: () => void;

  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());

  /** Brings it to the moment before its join, with nothing to recover. */
  beforeEach(async () => {
    scenario = await StateScenario.create(own.address, { partitions: 2 });
    const gate = new Promise<void>((resolve) => (joinNow = resolve));
    const joining = new Promise<void>((resolve) => {
      const stop = own.proxy.onRequest(ApiKey.JoinGroup, () => {
        stop();
        resolve();
        return gate;
      });
    });
    late = scenario.spawn();
    await joining;
  });

  afterEach(async () => {
    joinNow();
    await scenario.destroy();
  });

  /** With a state of its own, from the same beginning; resolves when it has committed some of what is sent. */
  async function another(): Promise<ServiceProcess> {
    const service = await scenario.start({
      STATE_DIR: join(process.env.TEST_STATE_DIR!, uniqueName('other')),
    });
    await scenario.send(300);
    await waitFor('commits', async () => (await scenario.committed()) > 0);
    return service;
  }

  it('takes nothing from one that has come meanwhile, however much older its process is: it ends', async () => {
    const owner = await another();
    joinNow();
    expect(await late.exit).toBe(EX_CONFIG);
    expect(late.output).toMatch(
      /STATE_STORE=embedded is for one instance, and another one has the partitions of the group \S+\. Use STATE_STORE=redis/,
    );
    await scenario.send(100);
    await scenario.settled();
    expect(await owner.stop()).toBe(0);
    await expectExact(scenario);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'does not go on without what one has counted that has come meanwhile, and ended with %s; its next start does',
    async (signal) => {
      const owner = await another();
      owner.kill(signal);
      await owner.exit;
      const committed = await scenario.committed();
      joinNow();
      expect(await late.exit).toBe(1);
      expect(late.output).toMatch(
        /Another instance has worked in the group \S+ meanwhile: offset \d+ of \S+ is committed, and state knows of none/,
      );
      expect(await scenario.committed()).toBe(committed);
      const next = await scenario.start();
      await scenario.send(100);
      await scenario.settled();
      expect(await next.stop()).toBe(0);
      await expectExact(scenario, { inOrder: false });
    },
  );
});
