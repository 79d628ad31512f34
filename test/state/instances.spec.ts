import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker, uniqueName } from '../support/kafka.js';
import type { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact } from './expect-exact.js';
import { StateScenario } from './state-scenario.js';

const EX_CONFIG = 78;
/** Well below a session time-out: nobody waits for one. */
const SECONDS = 20_000;
const LONG_SESSION = { KAFKA_SESSION_TIMEOUT_MS: '60000' };

describe('Two instances with embedded state', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  const otherDirectory = () => ({ STATE_DIR: join(process.env.TEST_STATE_DIR!, uniqueName('other')) });

  /** Resolves when it says why it is not ready; it is alive. */
  async function untilWaiting(service: ServiceProcess): Promise<void> {
    await waitFor('the second one to wait', async () =>
      /waiting for STATE_DIR, which is in use by/.test(
        (await (await service.get('/health/ready'))?.text()) ?? '',
      ),
    );
    expect((await service.get('/health/ready'))!.status).toBe(503);
    expect((await service.get('/health/live'))!.status).toBe(200);
  }

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'the second one waits, and takes over within seconds after %s of the first',
    async (signal) => {
      scenario = await StateScenario.create(sharedBroker(), { partitions: 2, settings: LONG_SESSION });
      const first = await scenario.start();
      const second = scenario.spawn();
      const over = new AbortController();
      const feeding = scenario.feed(300, over.signal);
      await untilWaiting(second);
      await waitFor('commits', async () => (await scenario.committed()) > 300);
      first.kill(signal);
      expect(await first.exit).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
      await second.untilReady(SECONDS);
      const before = await scenario.committed();
      await waitFor('the second one to commit', async () => (await scenario.committed()) > before + 300);
      over.abort();
      await feeding;
      await scenario.settled();
      expect(await second.stop()).toBe(0);
      await expectExact(scenario);
    },
  );

  it('the second one waits for no state that it does not share: it ends, and says what to use', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 2 });
    const first = await scenario.start();
    await scenario.send(100);
    const second = scenario.spawn(otherDirectory());
    expect(await second.exit).toBe(EX_CONFIG);
    expect(second.output).toMatch(
      /STATE_STORE=embedded is for one instance, and the group \S+ is in use from/,
    );
    expect(second.output).toContain('STATE_STORE=redis');
    expect((await first.get('/health/ready'))!.status).toBe(200);
    await scenario.settled();
    expect(await first.stop()).toBe(0);
    await expectExact(scenario);
  });

  it('of two that begin at the same moment with states of their own exactly one stays', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 2 });
    const both = [scenario.spawn(), scenario.spawn(otherDirectory())];
    await scenario.send(100);
    const isOver = ({ child }: ServiceProcess) => child.exitCode !== null;
    await waitFor('one of them to end', () => both.some(isOver));
    const loser = both.find(isOver)!;
    const winner = both.find((service) => service !== loser)!;
    expect(await loser.exit).toBe(EX_CONFIG);
    expect(loser.output).toContain('STATE_STORE=redis');
    await winner.untilReady();
    await scenario.send(100);
    await scenario.settled();
    expect(await winner.stop()).toBe(0);
    await expectExact(scenario);
  });
});
