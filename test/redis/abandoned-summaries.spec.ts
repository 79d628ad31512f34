import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { login } from '../kafka/service-fixture.js';
import { kafkaAt } from '../support/kafka.js';
import { ApiKey } from '../support/fault-proxy.js';
import { expectExact } from '../state/expect-exact.js';
import { RedisScenario } from './redis-scenario.js';

const logins = (first: number, count: number, partition: number) =>
  Array.from({ length: count }, (_, index) => login(first + index, { partition }));

let own: ProxiedBroker;
let shared: RedisScenario;
beforeAll(async () => (own = await ProxiedBroker.start()));
afterAll(() => own.stop());
afterEach(() => shared.destroy());

/** Who sends it; it is the first thing in the body. */
function transactionalIdOf(frame: Buffer): string {
  const at = 14 + frame.readInt16BE(12);
  return frame.toString('utf8', at + 2, at + 2 + frame.readInt16BE(at));
}

/** Whoever has this id cannot go on with its transaction. */
async function fence(transactionalId: string): Promise<void> {
  const producer = kafkaAt(own.address).producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  await (await producer.transaction()).abort();
  await producer.disconnect();
}

it('Summaries of a batch that has failed are written while a batch of another partition waits for them, and nothing is fetched', async () => {
  shared = await RedisScenario.create(
    { SUMMARY_EVERY_MESSAGES: '10' },
    { partitions: 2, broker: own.address },
  );
  const { service: scenario } = shared;
  await scenario.sendAll([...logins(0, 20, 0), ...logins(20, 20, 1)]);
  let fenced = '';
  const stop = own.proxy.onRequest(ApiKey.AddPartitionsToTxn, async ({ frame }) => {
    stop();
    await fence((fenced = transactionalIdOf(frame)));
  });
  const service = await scenario.start();
  await scenario.settled();
  expect(fenced).toMatch(/-group-run-\S+-[01]$/);
  expect(await service.stop()).toBe(0);
  await expectExact(scenario);
  const summaries = await scenario.read('SUMMARY');
  expect(summaries.map(({ json }) => json.sequence)).toEqual([1, 2, 3, 4]);
});
