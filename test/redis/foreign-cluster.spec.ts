import { afterEach, expect, it } from '@jest/globals';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { createTopic } from '../support/kafka.js';
import { RedisScenario } from './redis-scenario.js';

const EX_CONFIG = 78;

let shared: RedisScenario;
let own: EmbeddedBroker;
afterEach(async () => {
  await shared.destroy();
  await own.stop();
});

it('State of another cluster is not touched, and of which one it is is said', async () => {
  shared = await RedisScenario.create();
  const { service: scenario } = shared;
  await scenario.send(100);
  await scenario.finish();
  const before = await shared.inspected();
  expect(before.kind).toMatchObject({ cluster: expect.stringMatching(/^\S{22}$/) });
  own = await EmbeddedBroker.start({ env: process.env });
  await createTopic(own.address, scenario.settings.INPUT_TOPIC, 1);
  const service = scenario.spawn({ KAFKA_BROKERS: own.address });
  expect(await service.exit).toBe(EX_CONFIG);
  expect(service.output).toContain(
    `is of cluster ${before.kind!.cluster}, and KAFKA_BROKERS lead to cluster `,
  );
  expect(service.output).toContain('login-stream state reset');
  expect(await shared.inspected()).toEqual(before);
  await scenario.sendAll([{ value: '{}' }]);
  await scenario.finish();
});
