import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { ownNames } from '../pipeline/run.js';
import { createTopic, produce } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';

describe('a broker that goes away while the service waits for the input topic', () => {
  let folder: string;
  let broker: EmbeddedBroker;
  let service: ServiceProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    broker = await EmbeddedBroker.start({ env: process.env, dataDir: folder });
  });
  afterEach(async () => {
    await service?.destroy();
    await broker.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is waited for too', async () => {
    const settings: Record<string, string> = { ...ownNames(), KAFKA_BROKERS: broker.address };
    service = ServiceProcess.spawn(settings);
    const { exit } = service;
    await waitFor('the wait to be logged', () => /Waiting for the input topic/.test(service!.output));
    broker.kill('SIGKILL');
    await broker.exited;
    await waitFor('the absence to be noticed', () => /ECONNREFUSED|No Kafka broker/.test(service!.output));
    const live = service.get('/health/live').then((response) => response?.status);
    expect(await Promise.race([exit, live])).toBe(200);

    const { port } = broker;
    await broker.stop();
    broker = await EmbeddedBroker.start({ env: process.env, dataDir: folder, port });
    await createTopic(broker.address, settings.INPUT_TOPIC, 1);
    await service.untilReady();
    await produce(broker.address, settings.INPUT_TOPIC, [{ value: 'x' }]);
    await waitFor('the outcome', async () => (await service!.metric('login_stream_received_total')) === 1);
  });
});
