import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeliverySettings } from '../../src/config/delivery.settings.js';
import { KafkaSettings } from '../../src/config/kafka.settings.js';
import { SideProducer } from '../../src/kafka/side-producer.js';
import type { TopicsService } from '../../src/kafka/topics.service.js';
import { createTopic, readAll, uniqueName } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { ProxiedBroker } from './proxied-broker.js';

const DEADLINE_MS = 10_000;
const SHORT_MS = 500;

const topics = { of: () => ({ partitions: 3, maxMessageBytes: 1_000_000 }) } as unknown as TopicsService;
const sideProducer = (broker: string) =>
  new SideProducer(new KafkaSettings(), [broker], topics, new DeliverySettings());

const topic = uniqueName('side');

describe('the producer beside the lanes', () => {
  let own: ProxiedBroker;
  let side: SideProducer;
  let key: string;

  beforeAll(async () => {
    own = await ProxiedBroker.start();
    await createTopic(own.address, topic, 3);
    const first = sideProducer(own.address);
    await waitFor('the broker to take records', () =>
      first.send(topic, 'first', '{}', DEADLINE_MS).then(
        () => true,
        () => false,
      ),
    );
    first.close();
  });
  afterAll(() => own.stop());
  beforeEach(() => {
    key = uniqueName('key');
    side = sideProducer(own.address);
  });
  afterEach(async () => {
    side.close();
    await own.proxy.heal();
  });

  const send = (value: number, deadlineMs = DEADLINE_MS) =>
    side.send(topic, key, JSON.stringify({ value }), deadlineMs);
  const written = async () =>
    (await readAll(own.address, topic)).filter((record) => String(record.key) === key);
  const values = async () => (await written()).map(({ json }) => json.value);

  it('writes the records of a key in the order of the calls, also of calls that do not wait', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((value) => send(value)));
    expect(await values()).toEqual([1, 2, 3, 4, 5]);
    expect(new Set((await written()).map(({ partition }) => partition)).size).toBe(1);
  });

  it('gives up at the deadline when nobody answers, and connects anew', async () => {
    await send(1);
    const healthy = own.proxy.connections;
    own.proxy.blackHole('both');
    await expect(send(2, SHORT_MS)).rejects.toThrow(`Writing to ${topic} took longer than ${SHORT_MS} ms`);
    await expect(send(3, SHORT_MS)).rejects.toThrow('took longer');
    await own.proxy.heal();
    own.proxy.cut();
    await send(4);
    expect(await values()).toEqual(expect.arrayContaining([1, 4]));
    await waitFor('one producer to be connected', () => own.proxy.connections <= healthy);
  });

  it('says at once that no broker is there', async () => {
    const away = sideProducer('127.0.0.1:1');
    await expect(away.send(topic, key, '{}', DEADLINE_MS)).rejects.toThrow('ECONNREFUSED');
    away.close();
  });

  it('connects anew for a send after it was closed', async () => {
    await send(1);
    side.close();
    await send(2);
    expect(await values()).toEqual([1, 2]);
  });
});
