import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker, uniqueName } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact } from './expect-exact.js';
import { StateScenario } from './state-scenario.js';

const HOOK = pathToFileURL(join(import.meta.dirname, '../fixtures/full-disk.mjs')).href;

describe('A disk that is full', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  it('does not stop the stream; health says so until there is room again, and then a kill loses nothing', async () => {
    const marker = join(process.env.TEST_STATE_DIR!, uniqueName('full'));
    const STATE_DIR = join(process.env.TEST_STATE_DIR!, uniqueName('state'));
    scenario = await StateScenario.create(sharedBroker(), {
      partitions: 2,
      settings: { STATE_DIR, MARKER: marker, NODE_OPTIONS: `--import=${HOOK}` },
    });
    const service = await scenario.start();
    await scenario.send(200);
    await scenario.settled();
    await scenario.checkpointed();

    await writeFile(marker, '');
    await scenario.send(300);
    await scenario.settled();
    const health = async () =>
      (await (await service.get('/health'))!.json()) as {
        readonly status: string;
        readonly details: { readonly state: { readonly status: string; readonly message?: string } };
      };
    const sick = await waitFor('health to say so', async () => {
      const answer = await health();
      return answer.details.state.status === 'down' && answer;
    });
    expect(sick.status).toBe('degraded');
    expect(sick.details.state.message).toMatch(/cannot be (written|made): .*(full|space)/);
    expect(await service.metric('login_stream_state_trouble')).toBe(1);
    await waitFor(
      'a failed checkpoint',
      async () => (await service.metric('login_stream_checkpoint_failures')) > 0,
    );
    expect((await service.get('/health/ready'))!.status).toBe(200);
    expect((await service.get('/health/live'))!.status).toBe(200);
    expect(service.output).toContain('The stream goes on');

    await rm(marker);
    await waitFor('health to be well again', async () => (await health()).status === 'ok');
    expect(await service.metric('login_stream_state_trouble')).toBe(0);
    await scenario.send(200);
    await scenario.settled();
    await scenario.kill(service);
    await scenario.send(100);
    await scenario.finish();
    await expectExact(scenario);
  });

  it('can be killed while it is full: what no journal tells is counted in the order of its arrival', async () => {
    const marker = join(process.env.TEST_STATE_DIR!, uniqueName('full'));
    const STATE_DIR = join(process.env.TEST_STATE_DIR!, uniqueName('state'));
    scenario = await StateScenario.create(sharedBroker(), {
      partitions: 2,
      settings: { STATE_DIR, MARKER: marker, NODE_OPTIONS: `--import=${HOOK}` },
    });
    const service = await scenario.start();
    await scenario.send(200);
    await scenario.settled();
    await writeFile(marker, '');
    await scenario.send(300);
    await scenario.settled();
    await scenario.kill(service);
    await rm(marker);
    await scenario.finish();
    expect(scenario.services.at(-1)!.output).toContain('no journal tells the order of offsets');
    await scenario.send(100);
    await scenario.finish();
    await expectExact(scenario, { inOrder: false });
  });
});
