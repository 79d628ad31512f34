import { afterEach, describe, expect, it } from '@jest/globals';
import { Scenario } from '../delivery/scenario.js';
import { exactlyOnce } from '../delivery/verdict.js';
import { readAll, sharedBroker, uniqueName } from '../support/kafka.js';

const KILLS = 3;

describe('records for each message, when the service is killed with -9 under load', () => {
  let scenario: Scenario;
  afterEach(() => scenario.destroy());

  it('are there exactly once for each outcome: they are written in its transaction', async () => {
    const metrics = uniqueName('metrics');
    const settings = { PROFILE: 'insights', METRICS_TOPIC: metrics, SUMMARY_TOPIC: '' };
    scenario = await new Scenario(sharedBroker(), { ...settings, BATCH_MAX_BYTES: '8192' }).prepare();
    await scenario.killUnderLoad(KILLS);
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
