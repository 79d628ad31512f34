import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { ApiKey } from '../support/fault-proxy.js';
import {
  auditLines,
  createTopics,
  lettersOf,
  login,
  notOnce,
  inputOf,
  runRedrive,
  scenarioNames,
  write,
} from './redrive-scenario.js';
import type { Names } from './redrive-scenario.js';
import { RunningCommand } from './running-command.js';

const VALUES = Array.from({ length: 1_200 }, (_, index) => login(`user-${index}`));

async function prepared(broker: string): Promise<Names> {
  const names = scenarioNames({ KAFKA_BROKERS: broker });
  await createTopics(names, { input: 3, errors: 1 });
  const letters = lettersOf(
    names,
    VALUES.map((value, index) => ({ value, key: Buffer.from(`key-${index}`) })),
  );
  await write(names, names.ERROR_TOPIC, 0, letters);
  return names;
}

describe('a redrive whose request has no answer', () => {
  let own: ProxiedBroker;
  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  afterEach(() => own.proxy.heal());

  it.each([
    ['InitProducerId', 'cut', ApiKey.InitProducerId],
    ['AddPartitionsToTxn', 'cut', ApiKey.AddPartitionsToTxn],
    ['Produce', 'cut', ApiKey.Produce],
    ['TxnOffsetCommit', 'cut', ApiKey.TxnOffsetCommit],
    ['EndTxn', 'cut', ApiKey.EndTxn],
    ['EndTxn', 'keep', ApiKey.EndTxn],
  ] as const)(
    '(%s, the connection: %s) finds out whether it was done, and sends each once',
    async (_, then, apiKey) => {
      const names = await prepared(own.address);
      const swallowed = own.proxy.dropNextResponse({
        apiKey,
        then,
        where: ({ clientId, frame }) => clientId === 'login-stream-cli' && frame.includes('-redrive-'),
      });
      const { exit, lines } = await runRedrive(names, '--all');
      await swallowed;
      expect([exit, lines.length]).toEqual([0, VALUES.length]);
      expect(notOnce(await inputOf(names), VALUES)).toEqual([]);
    },
  );
});

describe('a redrive whose broker is killed', () => {
  it('waits for it and goes on, and sends each once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    let broker = await EmbeddedBroker.start({ env: process.env, dataDir });
    let command: RunningCommand | undefined;
    try {
      const names = await prepared(broker.address);
      command = RunningCommand.start(['redrive', '--all', '--rate', '200'], names);
      await command.until('stdout', /(.*\n){50}/);
      const { port } = broker;
      broker.kill('SIGKILL');
      await broker.exited;
      await command.until('stderr', /^Waiting, for \d+ s at most: /m);
      broker = await EmbeddedBroker.start({ env: process.env, dataDir, port });
      expect(await command.exit).toBe(0);
      expect(auditLines(command.stdout)).toHaveLength(VALUES.length);
      expect(notOnce(await inputOf(names), VALUES)).toEqual([]);
    } finally {
      await command?.destroy();
      await broker.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
