import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Scrape } from '../../src/cli/demo/scrape.js';
import { produce, readAll } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { NodeProcess } from './node-process.js';

const login = (user_id: string) => ({
  value: JSON.stringify({
    user_id,
    app_version: '2.3.0',
    ip: '1.2.3.4',
    locale: 'NC',
    device_id: 'd',
    timestamp: 1_729_894_075,
    device_type: 'ios',
  }),
});

describe('KAFKA_BROKERS=embedded', () => {
  let folder: string;
  const started: NodeProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
  });
  afterEach(async () => {
    for (const service of started.splice(0)) await service.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts the service in the folder; resolves when it is ready. */
  async function start(settings: Record<string, string>) {
    const service = NodeProcess.spawn(['main.js'], folder, { HTTP_PORT: '0', ...settings });
    started.push(service);
    const [, url] = await service.until(/are at (http:[^"\s]+)/);
    await waitFor('the service to be ready', async () => (await fetch(`${url}/health/ready`)).ok);
    const [, broker] = await service.until(/Apache Kafka is ready at ([\d.:]+)/);
    const received = async () =>
      new Scrape(await (await fetch(`${url}/metrics`)).text()).sum('login_stream_received_total');
    return { service, broker, received };
  }

  async function stop(service: NodeProcess): Promise<void> {
    expect(service.family().length).toBeGreaterThan(0);
    service.signal('SIGTERM');
    expect(await service.exit).toBe(0);
    await service.untilNothingIsLeft();
  }

  it('runs without any setting, keeps its data in the working directory, and goes on from the committed offsets', async () => {
    const first = await start({});
    await produce(first.broker, 'user-login', [login('a'), login('b'), login('c')]);
    await waitFor('the first outcomes', async () => (await first.received()) === 3);
    await stop(first.service);
    expect(await readdir(join(folder, '.data'))).toContain('kafka');

    const second = await start({});
    await produce(second.broker, 'user-login', [login('d'), login('e')]);
    await waitFor('the second outcomes', async () => (await second.received()) >= 2);
    const processed = await readAll(second.broker, 'processed-user-login');
    expect(processed.map(({ json }) => json.user_id).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await second.received()).toBe(2);
    await stop(second.service);
  });

  it('keeps its data in KAFKA_DATA_DIR and STATE_DIR, stops on Ctrl-C, and leaves no process', async () => {
    const { service, broker, received } = await start({
      KAFKA_DATA_DIR: 'elsewhere/kafka',
      STATE_DIR: 'elsewhere/state',
    });
    await produce(broker, 'user-login', [login('a')]);
    await waitFor('the outcome', async () => (await received()) === 1);
    service.family();
    service.interrupt();
    expect(await service.exit).toBe(0);
    await service.untilNothingIsLeft();
    expect(await readdir(join(folder, 'elsewhere'))).toEqual(['kafka', 'state']);
    await expect(access(join(folder, '.data'))).rejects.toThrow('ENOENT');
  });

  it('takes the broker along when the service is killed', async () => {
    const { service } = await start({});
    expect(service.family().length).toBeGreaterThan(0);
    service.signal('SIGKILL');
    expect(await service.exit).toBe('SIGKILL');
    await service.untilNothingIsLeft();
  });
});
