import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { Scenario } from './scenario.js';
import { exactlyOnce } from './verdict.js';

/** Several instances share the work where nothing is remembered. */
const STATELESS = { PROFILE: 'basic' };

describe('A rebalance', () => {
  let scenario: Scenario;
  afterEach(() => scenario.destroy());

  it('in mid-batch neither loses nor repeats, whoever joins and leaves', async () => {
    scenario = await new Scenario(sharedBroker(), STATELESS).prepare();
    const first = await scenario.start();
    const feeding = scenario.feed(10_000, 800);
    for (let round = 0; round < 3; round++) {
      const second = await scenario.start();
      await waitFor(
        'both to own partitions',
        async () => (await first.metric('login_stream_group_joins')) > round,
      );
      await sleep(500);
      expect(await second.stop()).toBe(0);
    }
    await feeding;
    await scenario.settled();
    expect(await scenario.verdict()).toEqual(exactlyOnce(10_000));
  });

  it('after a member froze beyond its session: the zombie wakes up and can do no harm', async () => {
    scenario = await new Scenario(sharedBroker(), STATELESS).prepare();
    const zombie = await scenario.start();
    const feeding = scenario.feed(16_000, 800);
    await waitFor('the first commits', async () => (await scenario.committed()) > 1_000);
    zombie.kill('SIGSTOP');
    const heir = await scenario.start();
    await waitFor('the heir to own all partitions', async () => {
      const { details } = (await (await heir.get('/health'))!.json()) as {
        details: { stream: { partitions: number[] } };
      };
      return details.stream.partitions.length === 4;
    });
    const before = await scenario.committed();
    await waitFor('the heir to commit', async () => (await scenario.committed()) > before + 500);
    zombie.kill('SIGCONT');
    await feeding;
    await scenario.settled();
    expect(await scenario.verdict()).toEqual(exactlyOnce(16_000));
    await zombie.untilReady();
  });
});
