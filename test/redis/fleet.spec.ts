import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact, expectOnce } from '../state/expect-exact.js';
import type { StateScenario } from '../state/state-scenario.js';
import { RedisScenario } from './redis-scenario.js';

const INSTANCES = 3;
const KILLS = 6;
const DURABLE = { appendonly: 'yes', appendfsync: 'always' };

describe('Several instances with STATE_STORE=redis', () => {
  let shared: RedisScenario;
  let scenario: StateScenario;
  afterEach(() => shared.destroy());

  async function prepare(config: Record<string, string> = {}): Promise<void> {
    const settings = { REDIS_TIMEOUT_MS: '1000', SUMMARY_EVERY_SECONDS: '1' };
    shared = await RedisScenario.create(settings, { partitions: 6, redis: { config } });
    scenario = shared.service;
  }

  const committedSome = async (records: number) => {
    const before = await scenario.committed();
    await waitFor('commits', async () => (await scenario.committed()) > before + records, 30_000).catch(
      (error: Error) => {
        throw new Error(
          `${error.message}\n${scenario.services.map(({ output }) => output).join('\n----\n')}`,
        );
      },
    );
  };

  const rest = async (fleet: readonly ServiceProcess[]) => {
    await scenario.settled();
    for (const service of fleet) expect(await service.stop()).toBe(0);
  };

  it('share the work and the totals exactly, whichever of them is killed', async () => {
    await prepare();
    const fleet = await Promise.all(Array.from({ length: INSTANCES }, () => scenario.start()));
    const over = new AbortController();
    const feeding = scenario.feed(600, over.signal);
    for (let kill = 0; kill < KILLS; kill++) {
      await committedSome(300);
      await sleep((kill * 61) % 200);
      const place = kill % INSTANCES;
      fleet[place].kill('SIGKILL');
      await fleet[place].exit;
      fleet[place] = await scenario.start();
    }
    over.abort();
    await feeding;
    await rest(fleet);
    await expectExact(scenario);
  });

  it('wait while Redis is away, visibly, and lose nothing when it is killed and comes back', async () => {
    await prepare(DURABLE);
    const fleet = await Promise.all([scenario.start(), scenario.start()]);
    const over = new AbortController();
    const feeding = scenario.feed(400, over.signal);
    await committedSome(300);
    await shared.redis.kill();
    await waitFor('health to tell', async () => {
      const { details } = (await (await fleet[0].get('/health'))!.json()) as {
        details: { state: { status: string; message?: string } };
      };
      return details.state.status === 'down' && details.state.message?.includes('Redis');
    });
    shared.redis = await shared.redis.startAgain();
    await committedSome(300);
    over.abort();
    await feeding;
    await rest(fleet);
    await expectExact(scenario);
  });

  it('tell a Redis that came back empty what it lacks, before they go on', async () => {
    await prepare();
    const fleet = await Promise.all([scenario.start(), scenario.start()]);
    const over = new AbortController();
    const feeding = scenario.feed(400, over.signal);
    await committedSome(400);
    await shared.emptyRedis();
    await committedSome(400);
    over.abort();
    await feeding;
    await scenario.settled();
    await shared.emptyRedis(); // nobody sends anything any more
    await waitFor('all that is committed to be counted again', async () => {
      const meta = await shared.withClient((client) =>
        client.hmget(`{login-stream:${shared.group}}:meta`, 'processed', 'filtered', 'errors'),
      );
      return meta.reduce((sum, count) => sum + Number(count), 0) === scenario.inputs.length;
    });
    await rest(fleet);
    await expectOnce(scenario);
    expect(fleet.some(({ output }) => /Redis lacks offsets/.test(output))).toBe(true);
  });
});
