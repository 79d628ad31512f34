import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { Scenario } from './scenario.js';
import { exactlyOnce } from './verdict.js';

const KILLS = 5;

describe('kill -9 of the service', () => {
  let scenario: Scenario;
  afterEach(() => scenario.destroy());

  it('under load, again and again, leaves every input with exactly one outcome', async () => {
    // Small batches: many transactions, so that a kill finds one in every state.
    scenario = await new Scenario(sharedBroker(), { BATCH_MAX_BYTES: '8192' }).prepare();
    const over = new AbortController();
    const feeding = scenario.feed(Infinity, 500, over.signal);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await scenario.committed();
      const service = await scenario.start();
      await waitFor('commits', async () => (await scenario.committed()) > before + 100);
      await sleep((kill * 37) % 150); // another instant of the work each time
      service.kill('SIGKILL');
      await service.exit;
    }
    over.abort();
    await feeding;
    await scenario.start();
    await scenario.settled();
    expect(await scenario.verdict()).toEqual(exactlyOnce(scenario.fed));
  });
});
