import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../src/broker/free-port.js';
import { login } from '../kafka/service-fixture.js';
import { waitFor } from '../support/wait-for.js';
import { RedisScenario } from './redis-scenario.js';

/** More than the listeners that Node.js lets an emitter have before it warns. */
const PARTITIONS = 12;
const RIGHTS = 'on >secret +@all -@dangerous ~{login-stream:*';

describe('An instance with STATE_STORE=redis', () => {
  let shared: RedisScenario;
  afterEach(() => shared.destroy());

  it('prints nothing beside its log: not for a user without INFO, nor when many partitions wait', async () => {
    const port = await freePort();
    const config = { 'user stream': RIGHTS, appendonly: 'yes', appendfsync: 'always' };
    const settings = { REDIS_URL: `redis://stream:secret@127.0.0.1:${port}`, REDIS_TIMEOUT_MS: '1000' };
    shared = await RedisScenario.create(settings, { partitions: PARTITIONS, redis: { port, config } });
    const { service: scenario } = shared;
    const service = await scenario.start();
    const everywhere = (first: number) =>
      scenario.sendAll(
        Array.from({ length: PARTITIONS }, (_, partition) => login(first + partition, { partition })),
      );
    await everywhere(0);
    await scenario.settled();
    await shared.redis.kill();
    await everywhere(PARTITIONS);
    await waitFor(
      'the trouble to be told',
      async () => (await service.metric('login_stream_state_trouble')) === 1,
    );
    await waitFor(
      'the batches of all partitions',
      async () => (await service.metric('login_stream_received_total')) >= PARTITIONS,
    );
    shared.redis = await shared.redis.startAgain();
    await scenario.settled();
    expect(await service.stop()).toBe(0);
    const lines = service.output.split('\n').filter((line) => line !== '' && !line.startsWith('{"'));
    expect(lines).toEqual([]);
  });
});
