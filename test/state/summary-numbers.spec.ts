import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { stateCommand } from '../cli/state-directory.js';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { sharedBroker, withAdmin } from '../support/kafka.js';
import { expectAscending } from '../summary/summary-record.js';
import { waitFor } from '../support/wait-for.js';
import { StateScenario } from './state-scenario.js';

/** The number of the last summary is kept with the offsets: somebody who moves all of them takes it away. */
describe('Numbers of summaries, after an operator has moved the offsets back,', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  const summaries = () => scenario.read('SUMMARY');

  async function moved(): Promise<void> {
    const settings = { SUMMARY_EVERY_MESSAGES: '0', SUMMARY_EVERY_SECONDS: '1' };
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1, settings });
    const service = await scenario.start();
    for (const least of [1, 2, 3]) {
      await scenario.send(100);
      await scenario.settled();
      await waitFor('a summary', async () => (await summaries()).length >= least);
    }
    expect(await service.stop()).toBe(0);
    const { KAFKA_GROUP_ID: groupId, INPUT_TOPIC: topic } = scenario.settings;
    await withAdmin(sharedBroker(), (admin) =>
      admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '200' }] }),
    );
  }

  /** Works off what is there, and writes at least one summary more. */
  async function further(settings: Record<string, string> = {}): Promise<void> {
    const before = (await summaries()).length;
    const service = await scenario.start(settings);
    await waitFor('another summary', async () => (await summaries()).length > before);
    expect(await service.stop()).toBe(0);
    expectAscending(await summaries());
  }

  it('go on where that is accepted with STATE_RECOVERY=lenient', async () => {
    await moved();
    await further({ STATE_RECOVERY: 'lenient' });
  });

  it('go on where state was reset', async () => {
    await moved();
    expect((await stateCommand(scenario, ['reset', '--yes'])).exit).toBe(0);
    await further();
  });
});

describe('Numbers of summaries, of a service that was killed before its first commit,', () => {
  let own: ProxiedBroker;
  let scenario: StateScenario;
  let letGo: () => void;
  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  afterEach(async () => {
    letGo();
    await scenario.destroy();
  });

  it('are those of one that was not killed', async () => {
    const settings = { BATCH_MAX_BYTES: '1048576' };
    scenario = await StateScenario.create(own.address, { partitions: 1, settings });
    await scenario.send(1_000);
    const commit = own.holdNextCommit();
    ({ letGo } = commit);
    const service = scenario.spawn();
    await commit.arrived;
    await scenario.kill(service);
    await scenario.send(500);
    await scenario.finish();
    const processed = (await scenario.read('OUTPUT')).length;
    expect(processed).toBeLessThan(1_400);
    const sequences = (await scenario.read('SUMMARY')).map(({ json }) => json.sequence);
    expect(sequences).toEqual(Array.from({ length: Math.floor(processed / 100) }, (_, index) => index + 1));
  });
});
