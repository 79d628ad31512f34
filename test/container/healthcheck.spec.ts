import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownNames } from '../pipeline/run.js';
import { freePort } from '../service/free-port.js';
import { sharedBroker } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { Dockerfile } from './dockerfile.js';
import { inProject } from './project-root.js';

const image = new Dockerfile();
const EX_CONFIG = 78;

interface Result {
  readonly code: number;
  readonly output: string;
}

/** The image's own health check command, in the environment of the container. */
function healthCheck(settings: Record<string, string>): Promise<Result> {
  const [, script] = image.words('HEALTHCHECK');
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, ...image.env, ...settings };
    const child = execFile(process.execPath, [inProject(image.source(script))], { env }, (_, out, error) =>
      resolve({ code: child.exitCode!, output: out + error }),
    );
  });
}

let stateDir: string;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'login-stream-state-'));
});
afterAll(async () => {
  await rm(stateDir, { recursive: true, force: true });
});

/** The service in the environment of the container, but for what belongs to this machine. */
const inContainer = (port: number, settings: Record<string, string>) =>
  ServiceProcess.spawn({ ...image.env, HTTP_PORT: String(port), STATE_DIR: stateDir, ...settings });

describe('the health check of the image', () => {
  it('says healthy when the service is ready, and not once it has been stopped', async () => {
    const port = await freePort();
    const service = inContainer(port, { ...ownNames(), KAFKA_BROKERS: sharedBroker(), TOPICS: 'create-all' });
    try {
      await service.untilReady();
      expect(await healthCheck({ HTTP_PORT: String(port) })).toEqual({ code: 0, output: '' });
      expect(await service.stop()).toBe(0);
      const stopped = await healthCheck({ HTTP_PORT: String(port) });
      expect(stopped).toEqual({ code: 1, output: expect.stringMatching(/^Not ready: .*ECONNREFUSED/) });
    } finally {
      await service.destroy();
    }
  });

  it('says not healthy, and why, while the service waits for a broker', async () => {
    const port = await freePort();
    const service = inContainer(port, { KAFKA_BROKERS: `127.0.0.1:${await freePort()}` });
    try {
      await waitFor('the wait to be logged', () => /No Kafka broker answers/.test(service.output));
      const result = await healthCheck({ HTTP_PORT: String(port) });
      expect(result).toEqual({ code: 1, output: 'Not ready: connecting to Kafka\n' });
    } finally {
      await service.destroy();
    }
  });

  it('asks at the address of HTTP_HOST, which may be one of IPv6', async () => {
    const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      for (const HTTP_HOST of ['127.0.0.1', 'localhost', ''])
        expect(await healthCheck({ HTTP_HOST, HTTP_PORT: String(port) })).toEqual({ code: 0, output: '' });
      for (const HTTP_HOST of ['::1', '::']) {
        const { code, output } = await healthCheck({ HTTP_HOST, HTTP_PORT: String(port) });
        expect({ code, asked: output.includes(` ::1:${port}`) }).toEqual({ code: 1, asked: true });
      }
    } finally {
      server.close();
    }
  });

  it('says not healthy within its own time-out when nothing is ever answered', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const start = performance.now();
      const result = await healthCheck({ HTTP_PORT: String(port) });
      const [, seconds] = /--timeout=(\d+)s/.exec(image.text('HEALTHCHECK'))!;
      expect(result).toEqual({ code: 1, output: expect.stringMatching(/^Not ready: .*timeout/) });
      expect(performance.now() - start).toBeLessThan(Number(seconds) * 1_000);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('the service in the environment of the image', () => {
  it('ends with 78 when it is not told where Kafka is, instead of starting a broker', async () => {
    const service = inContainer(0, {});
    try {
      expect(await service.exit).toBe(EX_CONFIG);
      expect(service.output).toContain('KAFKA_BROKERS');
    } finally {
      await service.destroy();
    }
  });
});
