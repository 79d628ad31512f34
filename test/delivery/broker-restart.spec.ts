import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { waitFor } from '../support/wait-for.js';
import { Scenario } from './scenario.js';
import { exactlyOnce } from './verdict.js';

describe('A broker', () => {
  let scenario: Scenario;
  let broker: EmbeddedBroker;
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    broker = await EmbeddedBroker.start({ env: process.env, dataDir });
  });
  afterEach(async () => {
    await scenario.destroy();
    await broker.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('that is killed and comes back costs nothing but time, and nobody has to help', async () => {
    // Small batches, so that the broker dies between many of them.
    scenario = await new Scenario(broker.address, { BATCH_MAX_BYTES: '4096' }).prepare();
    await scenario.feed(9_000, 9_000);
    const service = await scenario.start();
    const { port } = broker;
    for (let restart = 1; restart <= 2; restart++) {
      await waitFor('work to be in progress', async () => (await scenario.committed()) > restart * 1_500);
      broker.kill('SIGKILL');
      await broker.exited;
      await waitFor('readiness to say so', async () => (await service.get('/health/ready'))?.status === 503);
      expect((await service.get('/health/live'))?.status).toBe(200);
      broker = await EmbeddedBroker.start({ env: process.env, dataDir, port });
    }
    await scenario.settled();
    expect(await scenario.verdict()).toEqual(exactlyOnce(9_000));
    expect(service.child.exitCode).toBeNull();
    await service.untilReady();
  });

  it('that freezes for a while is waited for', async () => {
    scenario = await new Scenario(broker.address).prepare();
    const service = await scenario.start();
    await scenario.feed(2_000, 1_500);
    broker.kill('SIGSTOP');
    await waitFor(
      'readiness to say so',
      async () => (await service.get('/health/ready'))?.status === 503,
      40_000,
    );
    broker.kill('SIGCONT');
    await scenario.feed(2_000, 1_500);
    await scenario.settled();
    expect(await scenario.verdict()).toEqual(exactlyOnce(4_000));
  });
});
