import { afterEach, describe, expect, it } from '@jest/globals';
import { consoleConsumer } from '../support/console-consumer.js';
import { sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { Scenario } from './scenario.js';
import { ID_HEADER } from './verdict.js';

const INPUTS = 4_000;

describe("Kafka's own console consumer, with read_committed,", () => {
  let scenario: Scenario;
  afterEach(() => scenario.destroy());

  it('shows every outcome once, also after kill -9 in mid-transaction', async () => {
    scenario = await new Scenario(sharedBroker(), { BATCH_MAX_BYTES: '8192' }).prepare();
    await scenario.feed(INPUTS, INPUTS);
    const killed = await scenario.start();
    await waitFor('commits', async () => (await scenario.committed()) > 500);
    killed.kill('SIGKILL');
    await killed.exit;
    await scenario.start();
    await scenario.settled();

    let shown = '';
    for (const topic of scenario.outcomeTopics) shown += await consoleConsumer(sharedBroker(), topic);
    const ids = [...shown.matchAll(new RegExp(`${ID_HEADER}:(\\d+)`, 'g'))].map(([, id]) => Number(id));
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: INPUTS }, (_, id) => id));
  });
});
