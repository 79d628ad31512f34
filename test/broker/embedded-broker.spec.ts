import { access, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { isReady } from '../../src/broker/readiness.js';
import {
  FETCH_TIMEOUT_MS,
  fetchBroker,
  clientOf,
  isAlive,
  readAll,
  stateOf,
  until,
  withDirectory,
} from './support.js';

const env = process.env;

async function withBroker(
  options: Omit<Parameters<typeof EmbeddedBroker.start>[0], 'env'>,
  body: (broker: EmbeddedBroker) => Promise<void>,
): Promise<void> {
  const broker = await EmbeddedBroker.start({ env, ...options });
  try {
    await body(broker);
  } finally {
    await broker.stop();
  }
}

async function createTopic(broker: EmbeddedBroker, topic: string): Promise<void> {
  const admin = clientOf(broker).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
}

async function send(broker: EmbeddedBroker, topic: string, value: string, commit: boolean): Promise<void> {
  const producer = clientOf(broker).producer({
    transactionalId: `test-${value}`,
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ value }] });
  await (commit ? transaction.commit() : transaction.abort());
  await producer.disconnect();
}

beforeAll(fetchBroker, FETCH_TIMEOUT_MS);

describe('EmbeddedBroker', () => {
  it('serves topics, groups and transactions, and a temporary one leaves nothing behind', async () => {
    const messages: string[] = [];
    const broker = await EmbeddedBroker.start({ env, onProgress: (message) => messages.push(message) });
    try {
      await createTopic(broker, 'logins');
      await send(broker, 'logins', 'aborted', false);
      await send(broker, 'logins', 'committed', true);
      expect(await readAll(clientOf(broker), 'logins', 1)).toEqual(['committed']);
      expect(messages.at(-1)).toMatch(/ready at 127\.0\.0\.1:\d+/);
    } finally {
      await broker.stop();
    }
    expect(await broker.exited).toBe('SIGTERM');
    expect(isAlive(broker.pid)).toBe(false);
    await expect(access(broker.dataDir)).rejects.toThrow('ENOENT');
    await broker.stop();
  });

  it('has the feature levels of a cluster that was formatted with the tool of Kafka', async () => {
    await withBroker({}, async (broker) => {
      const log = await readFile(join(broker.dataDir, 'broker.log'), 'utf8');
      const levels = log.matchAll(/setting feature (\S+) to (\d+)/g);
      expect(Object.fromEntries(Array.from(levels, ([, name, level]) => [name, level]))).toEqual({
        'eligible.leader.replicas.version': '1',
        'group.version': '1',
        'share.version': '1',
        'streams.version': '1',
        'transaction.version': '2',
      });
    });
  });

  it('refuses a topic that nobody has created', async () => {
    await withBroker({}, async (broker) => {
      const producer = clientOf(broker).producer({ retry: { retries: 0 } });
      await producer.connect();
      await expect(producer.send({ topic: 'misspelt', messages: [{ value: 'x' }] })).rejects.toThrow();
      await producer.disconnect();
    });
  });

  it('keeps everything when it is killed and started again on the same port', async () => {
    await withDirectory(async (dataDir) => {
      const first = await EmbeddedBroker.start({ env, dataDir });
      await createTopic(first, 'logins');
      await send(first, 'logins', 'before', true);
      first.kill('SIGKILL');
      expect(await first.exited).toBe('SIGKILL');
      await first.stop();

      await withBroker({ dataDir, port: first.port }, async (second) => {
        expect(second.address).toBe(first.address);
        await send(second, 'logins', 'after', true);
        expect(await readAll(clientOf(second), 'logins', 2)).toEqual(['before', 'after']);
      });
      expect((await stat(dataDir)).isDirectory()).toBe(true);

      // Another port after an orderly stop: the data directory is not bound to one.
      await withBroker({ dataDir }, async (third) => {
        expect(await readAll(clientOf(third), 'logins', 2)).toEqual(['before', 'after']);
      });
    });
  }, 60_000);

  it('hangs on SIGSTOP, goes on after SIGCONT, and can be stopped while it hangs', async () => {
    await withBroker({}, async (broker) => {
      broker.kill('SIGSTOP');
      await until(() => stateOf(broker.pid).startsWith('T'));
      let answered = false;
      const probe = isReady(broker.port).then((ready) => (answered = ready));
      // Another exchange over the network has gone through by now; this one has not.
      await isReady(await closedPort());
      expect(answered).toBe(false);
      broker.kill('SIGCONT');
      await probe;
      await until(() => isReady(broker.port));
      broker.kill('SIGSTOP');
    });
  });

  it('says that a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(EmbeddedBroker.start({ env, port })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`),
    });
    other.close();
  });

  it('says that another broker runs on the data directory', async () => {
    await withDirectory(async (dataDir) => {
      await withBroker({ dataDir }, async () => {
        await expect(EmbeddedBroker.start({ env, dataDir })).rejects.toMatchObject({ code: 'data_in_use' });
      });
    });
  });

  it('shows the end of the log when it dies at start', async () => {
    const start = EmbeddedBroker.start({ env, config: { 'num.io.threads': 'many' } });
    await expect(start).rejects.toMatchObject({
      code: 'died_at_start',
      message: expect.stringMatching(/Invalid value many for configuration num\.io\.threads/),
    });
  });

  it('shows what the JVM says when it does not even run Kafka', async () => {
    const start = EmbeddedBroker.start({ env, javaOptions: ['-XX:NoSuchOption'] });
    await expect(start).rejects.toMatchObject({
      code: 'died_at_start',
      message: expect.stringContaining('NoSuchOption'),
    });
  });
});

/** A port that refuses connections. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
