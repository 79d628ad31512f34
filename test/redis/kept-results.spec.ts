import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { login } from '../kafka/service-fixture.js';
import { ApiKey } from '../support/fault-proxy.js';
import { TestRedis } from '../support/redis.js';
import { expectExact } from '../state/expect-exact.js';
import { StateScenario } from '../state/state-scenario.js';

/** Far less than a batch of forty: of several partitions Kafka gives such a one only for the first that has anything. */
const LIMIT = { BATCH_MAX_BYTES: '1024' };

const logins = (first: number, count: number, partition: number) =>
  Array.from({ length: count }, (_, index) => login(first + index, { partition }));

describe('Results that Redis keeps of an instance that was killed', () => {
  let own: ProxiedBroker;
  let redis: TestRedis;
  let scenario: StateScenario;
  let letGo: () => void;

  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  beforeEach(async () => {
    redis = await TestRedis.start();
    const settings = {
      STATE_STORE: 'redis',
      REDIS_URL: redis.url,
      SUMMARY_EVERY_MESSAGES: '10',
      ...LIMIT,
    };
    scenario = await StateScenario.create(own.address, { partitions: 2, settings });
  });
  afterEach(async () => {
    letGo();
    await scenario.destroy();
    await redis.stop();
  });

  /** Kills it when the state has a batch of the partition, and its transaction is about to end. */
  async function killBeforeCommit(partition: number): Promise<void> {
    const service = await scenario.start();
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    const ending = new Promise<void>((resolve) => {
      const stop = own.proxy.onRequest(ApiKey.EndTxn, () => {
        stop();
        resolve();
        return gate;
      });
    });
    await scenario.sendAll(logins(0, 40, partition));
    await ending;
    await scenario.kill(service);
  }

  it.each([0, 1])(
    'are written by the next owner of partition %i, while its batches of another one wait for their summaries',
    async (partition) => {
      await killBeforeCommit(partition);
      for (let first = 40; first < 80; first += 10) await scenario.sendAll(logins(first, 10, 1 - partition));
      const next = await scenario.start();
      await scenario.settled();
      expect(await next.stop()).toBe(0);
      await expectExact(scenario);
      const summaries = await scenario.read('SUMMARY');
      expect(summaries.map(({ json }) => json.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    },
  );
});
