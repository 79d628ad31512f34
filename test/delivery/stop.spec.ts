import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { Scenario } from './scenario.js';
import { exactlyOnce } from './verdict.js';

describe('SIGTERM under load', () => {
  let scenario: Scenario;
  afterEach(() => scenario.destroy());

  it.each(['exactly-once', 'at-least-once'])(
    'drains, commits and exits 0 in time; the next start repeats nothing (%s)',
    async (DELIVERY) => {
      scenario = await new Scenario(sharedBroker(), { DELIVERY, SHUTDOWN_TIMEOUT_MS: '8000' }).prepare();
      const feeding = scenario.feed(8_000, 1_000);
      for (let stop = 0; stop < 3; stop++) {
        const before = await scenario.committed();
        const service = await scenario.start();
        await waitFor('commits', async () => (await scenario.committed()) > before);
        const asked = performance.now();
        expect(await service.stop()).toBe(0);
        expect(performance.now() - asked).toBeLessThan(8_000);
      }
      await feeding;
      await scenario.start();
      await scenario.settled();
      expect(await scenario.verdict()).toEqual(exactlyOnce(8_000));
    },
  );

  it('given twice ends the process at once', async () => {
    scenario = await new Scenario(sharedBroker()).prepare();
    const service = await scenario.start();
    service.kill('SIGSTOP'); // so that both signals are there when it looks
    service.kill('SIGTERM');
    service.kill('SIGINT');
    service.kill('SIGCONT');
    expect([128 + 15, 128 + 2]).toContain(await service.exit);
  });
});
