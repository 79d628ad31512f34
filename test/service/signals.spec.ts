import { describe, expect, it } from '@jest/globals';
import { ownNames } from '../pipeline/run.js';
import { committedOffsets, produce, readAll, sharedBroker } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';

async function withReady(settings: Record<string, string>, test: (service: ServiceProcess) => Promise<void>) {
  const service = await ServiceProcess.ready({ ...ownNames(), TOPICS: 'create-all', ...settings });
  try {
    await test(service);
  } finally {
    await service.destroy();
  }
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('stops the service with exit code 0, well within SHUTDOWN_TIMEOUT_MS', async () => {
    await withReady({}, async (service) => {
      const start = performance.now();
      service.kill(signal);
      expect(await service.exit).toBe(0);
      expect(performance.now() - start).toBeLessThan(10_000);
      expect(service.output).toContain(`${signal}: stopping`);
    });
  });

  it('leaves nothing half done: what is committed is written', async () => {
    const names = ownNames();
    await withReady(names, async (service) => {
      const values = Array.from({ length: 20_000 }, (_, id) => ({
        value: `not JSON ${id}`,
        key: String(id),
      }));
      const producing = produce(sharedBroker(), names.INPUT_TOPIC, values);
      await waitFor(
        'the first outcomes',
        async () => (await service.metric('login_stream_received_total')) > 0,
      );
      service.kill(signal);
      expect(await service.exit).toBe(0);
      await producing;
      const [committed] = await committedOffsets(sharedBroker(), names.KAFKA_GROUP_ID, names.INPUT_TOPIC);
      expect(committed).toBeGreaterThan(0);
      expect(await readAll(sharedBroker(), names.ERROR_TOPIC)).toHaveLength(committed);
    });
  });
});

describe('a second signal', () => {
  it('ends the service at once', async () => {
    await withReady({ SHUTDOWN_TIMEOUT_MS: '600000' }, async (service) => {
      // Both arrive together, while the first stop has hardly begun.
      service.kill('SIGTERM');
      service.kill('SIGINT');
      expect([128 + 15, 128 + 2]).toContain(await service.exit);
      expect(service.output).not.toContain('"Stopped"');
    });
  });
});
