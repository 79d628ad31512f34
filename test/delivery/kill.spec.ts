import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { Scenario } from './scenario.js';
import { exactlyOnce } from './verdict.js';

const KILLS = 5;

describe('kill -9 of the service', () => {
  let scenario: Scenario;
  afterEach(() => scenario.destroy());

  it('under load, again and again, leaves every input with exactly one outcome', async () => {
    scenario = await new Scenario(sharedBroker()).prepare();
    const feeding = scenario.feed(12_000, 800);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await scenario.committed();
      const service = await scenario.start();
      // Somewhere in the work: after the first commits, at an instant that differs from kill to kill.
      while ((await scenario.committed()) === before) await sleep(20);
      await sleep((kill * 37) % 150);
      console.log(kill, Date.now(), await scenario.committed());
      service.kill('SIGKILL');
      await service.exit;
    }
    await feeding;
    await scenario.start();
    await scenario.settled();
    expect(await scenario.verdict()).toEqual(exactlyOnce(12_000));
  });
});
