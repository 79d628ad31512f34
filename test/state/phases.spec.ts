import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { standard } from '../../src/profiles/standard.profile.js';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { ApiKey } from '../support/fault-proxy.js';
import { sharedBroker, uniqueName } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact } from './expect-exact.js';
import { expectSame, StateScenario } from './state-scenario.js';

const extension = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const KILLS = 3;

describe('State with look-ups and late processors', () => {
  let scenario: StateScenario;
  let own: ProxiedBroker | undefined;

  afterEach(async () => {
    await scenario.destroy();
    await own?.stop();
    own = undefined;
  });

  /** The standard profile with more fields, as a file. */
  async function profileWith(...fields: string[]): Promise<string> {
    const path = join(process.env.TEST_STATE_DIR!, `${uniqueName('profile')}.json`);
    const processed = [...standard.processed, ...fields];
    await writeFile(path, JSON.stringify({ extends: 'standard', processed, settings: {} }));
    return path;
  }

  it('gives late processors what they were given before the kill: their fields equal those of an uninterrupted run', async () => {
    scenario = await StateScenario.create(sharedBroker(), {
      partitions: 1,
      settings: {
        PROCESSOR_MODULES: extension('phases.mjs'),
        PROFILE_FILE: await profileWith('network', 'owner', 'history'),
      },
    });
    const over = new AbortController();
    const feeding = scenario.feed(400, over.signal);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await scenario.committed();
      const service = await scenario.start();
      await waitFor('commits', async () => (await scenario.committed()) > before + 150);
      await sleep((kill * 61) % 150);
      await scenario.kill(service);
    }
    over.abort();
    await feeding;
    await scenario.finish();
    await expectSame(scenario, await scenario.again());
    expect((await scenario.read('OUTPUT'))[0].json).toMatchObject({ owner: 'nobody' });
  });

  it('waits for a look-up whose batch was counted and not committed; a stop does not wait with it', async () => {
    own = await ProxiedBroker.start();
    const { proxy } = own;
    const away = join(process.env.TEST_STATE_DIR!, uniqueName('away'));
    scenario = await StateScenario.create(own.address, {
      partitions: 1,
      settings: {
        KAFKA_BROKERS: own.address,
        AWAY: away,
        PROCESSOR_MODULES: extension('permit-lookup.mjs'),
        PROFILE_FILE: await profileWith('permit'),
      },
    });
    const service = await scenario.start();
    await scenario.send(50);
    await scenario.settled();
    let held = false;
    const letGo = proxy.onRequest(ApiKey.TxnOffsetCommit, () => {
      held = true;
      return new Promise<void>(() => undefined);
    });
    await scenario.send(50);
    await waitFor('a batch to be held', () => held);
    await scenario.kill(service);
    letGo();

    await writeFile(away, '');
    const waiting = scenario.spawn();
    await waitFor('it to wait for the look-up', () =>
      waiting.output.includes('PermitLookup could not look up a batch'),
    );
    expect(await (await waiting.get('/health/ready'))!.text()).toContain('recovering state');
    const asked = performance.now();
    expect(await waiting.stop()).toBe(0);
    expect(performance.now() - asked).toBeLessThan(10_000);

    await rm(away);
    await scenario.finish();
    await expectExact(scenario);
    for (const { json } of await scenario.read('OUTPUT'))
      expect(json.permit).toBe(`permit of ${String(json.user_id)}`);
  });
});
