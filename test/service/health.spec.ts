import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { freePort } from './free-port.js';
import { ownNames } from '../pipeline/run.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';

interface Health {
  readonly status: string;
  readonly details: { readonly stream: { readonly status: string; readonly message?: string } };
}

/** Said by our own log at every attempt, by the client's at every connection. */
const WAITING = /No Kafka broker answers|ECONNREFUSED/;

const statusOf = async (service: ServiceProcess, path: string) => (await service.get(path))?.status;

describe('a ready service', () => {
  it('answers on health, live, ready and metrics, and tells nobody what it is built with', async () => {
    const service = await ServiceProcess.ready({ ...ownNames(), TOPICS: 'create-all' });
    try {
      for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) {
        const response = (await service.get(path))!;
        expect({ path, status: response.status }).toEqual({ path, status: 200 });
        expect(response.headers.has('x-powered-by')).toBe(false);
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      }
      const health = (await (await service.get('/health'))!.json()) as Health;
      expect(health.status).toBe('ok');
      expect(health.details.stream.status).toBe('up');
      expect(await statusOf(service, '/nothing')).toBe(404);
    } finally {
      await service.destroy();
    }
  });

  it('has metrics that start with login_stream_, besides the usual ones of Node.js, and the account among them', async () => {
    const service = await ServiceProcess.ready({ ...ownNames(), TOPICS: 'create-all' });
    try {
      const response = (await service.get('/metrics'))!;
      expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
      const text = await response.text();
      const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
      expect(names.filter((name) => !/^(login_stream|process|nodejs)_/.test(name))).toEqual([]);
      expect(names).toEqual(
        expect.arrayContaining([
          'login_stream_received_total',
          'login_stream_records_total',
          'login_stream_imbalance_records',
        ]),
      );
      for (const name of names) expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
      expect(text).toMatch(/^login_stream_imbalance_records 0$/m);
      expect(text).toMatch(/^login_stream_ready 1$/m);
    } finally {
      await service.destroy();
    }
  });
});

describe('a service whose broker is not there yet', () => {
  it('waits visibly, alive but not ready, and goes on when the broker comes', async () => {
    const port = await freePort();
    const settings = { ...ownNames(), KAFKA_BROKERS: `127.0.0.1:${port}`, TOPICS: 'create-all' };
    const service = ServiceProcess.spawn(settings);
    let broker: EmbeddedBroker | undefined;
    try {
      await waitFor('the wait to be logged', () => WAITING.test(service.output));
      const ready = (await service.get('/health/ready'))!;
      expect(ready.status).toBe(503);
      expect(await ready.text()).toContain('connecting to Kafka');
      expect(await statusOf(service, '/health/live')).toBe(200);
      const health = (await service.get('/health'))!;
      expect(health.status).toBe(200);
      expect(await health.text()).toContain('connecting to Kafka');
      expect(await (await service.get('/metrics'))!.text()).toMatch(/^login_stream_ready 0$/m);

      broker = await EmbeddedBroker.start({ env: process.env, port });
      await service.untilReady();
      expect(await service.stop()).toBe(0);
    } finally {
      await service.destroy();
      await broker?.stop();
    }
  });

  it('stops in order when it is asked to while it waits', async () => {
    const service = ServiceProcess.spawn({ ...ownNames(), KAFKA_BROKERS: `127.0.0.1:${await freePort()}` });
    try {
      await waitFor('the wait to be logged', () => WAITING.test(service.output));
      expect(await service.stop()).toBe(0);
    } finally {
      await service.destroy();
    }
  });
});

describe('a taken HTTP port', () => {
  it('ends the service with a message that names it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const service = ServiceProcess.spawn({ ...ownNames(), HTTP_PORT: String(port) });
    try {
      expect(await service.exit).toBe(1);
      expect(service.output).toMatch(new RegExp(`EADDRINUSE.*127\\.0\\.0\\.1:${port}|HTTP_PORT.*${port}`));
      expect(service.output).not.toMatch(/\n\s+at /);
    } finally {
      await service.destroy();
      server.close();
    }
  });
});
