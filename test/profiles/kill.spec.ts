import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Scenario } from '../delivery/scenario.js';
import { exactlyOnce } from '../delivery/verdict.js';
import { readAll, sharedBroker, uniqueName } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

const KILLS = 3;

describe('records for each message, when the service is killed with -9 under load', () => {
  let scenario: Scenario;
  afterEach(() => scenario.destroy());

  it('are there exactly once for each outcome: they are written in its transaction', async () => {
    const metrics = uniqueName('metrics');
    const settings = { PROFILE: 'insights', METRICS_TOPIC: metrics, SUMMARY_TOPIC: '' };
    scenario = await new Scenario(sharedBroker(), { ...settings, BATCH_MAX_BYTES: '8192' }).prepare();
    const over = new AbortController();
    const feeding = scenario.feed(Infinity, 500, over.signal);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await scenario.committed();
      const service = await scenario.start();
      await waitFor('commits', async () => (await scenario.committed()) > before + 100);
      await sleep((kill * 53) % 150); // another instant of the work each time
      service.kill('SIGKILL');
      await service.exit;
    }
    over.abort();
    await feeding;
    await scenario.start();
    await scenario.settled();
    expect(await scenario.verdict()).toEqual(exactlyOnce(scenario.fed));

    const [output, errors] = await Promise.all(
      scenario.outcomeTopics.slice(0, 2).map((topic) => readAll(sharedBroker(), topic)),
    );
    const said = (await readAll(sharedBroker(), metrics)).map(({ json }) => json);
    const perMessage = said.filter((json) => 'recent_message' in json && !('device_counts' in json));
    const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
    expect(texts(perMessage.map((json) => json.recent_message))).toEqual(
      texts(output.map(({ json }) => json)),
    );
    expect(texts(said.filter((json) => 'error' in json).map((json) => json.error))).toEqual(
      texts(errors.map(({ json }) => json.error)),
    );
    expect(output.length).toBeGreaterThan(300);
  });
});
