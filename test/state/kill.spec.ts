import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { expectSame, StateScenario } from './state-scenario.js';

const KILLS = 8;

describe('State after kill -9', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  it('equals that of an uninterrupted run: every record, every summary, whenever it was killed', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    const over = new AbortController();
    const feeding = scenario.feed(800, over.signal);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await scenario.committed();
      const service = await scenario.start();
      await waitFor('commits', async () => (await scenario.committed()) > before + 300);
      await sleep((kill * 97) % 400);
      service.kill('SIGKILL');
      await service.exit;
    }
    over.abort();
    await feeding;
    await scenario.finish();
    await expectSame(scenario, await scenario.again());
  });
});
