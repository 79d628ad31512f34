import { describe, expect, it } from '@jest/globals';
import { ConfigResourceTypes } from '../../src/kafka/kafkajs.js';
import { createTopic, endOffsets, produce, sharedBroker, withAdmin } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { ownNames } from './run.js';

const namesWith = (settings: Record<string, string>) => ({ ...ownNames(), ...settings });

const topicsOf = (settings: Record<string, string>) =>
  withAdmin(sharedBroker(), async (admin) => {
    const topics = await admin.listTopics();
    return Object.entries(settings)
      .filter(([name, topic]) => name.endsWith('_TOPIC') && topics.includes(topic))
      .map(([name]) => name);
  });

/** Runs a service for a test, and leaves none behind. */
async function withService(
  settings: Record<string, string>,
  test: (service: ServiceProcess) => Promise<void>,
) {
  const service = ServiceProcess.spawn(settings);
  try {
    await test(service);
  } finally {
    await service.destroy();
  }
}

const OUTPUTS = ['OUTPUT_TOPIC', 'ERROR_TOPIC', 'FILTERED_TOPIC', 'SUMMARY_TOPIC', 'METRICS_TOPIC'];
const ALL = ['INPUT_TOPIC', ...OUTPUTS];

describe('TOPICS=verify', () => {
  it.each([
    ['all but an output', ['OUTPUT_TOPIC']],
    ['outputs', ['INPUT_TOPIC', 'OUTPUT_TOPIC']],
    ['the input', OUTPUTS],
    ['the summaries', ALL.filter((name) => name !== 'SUMMARY_TOPIC')],
  ])('names every topic that is missing, ends and creates nothing (%s)', async (_, present) => {
    const missing = ALL.filter((name) => !present.includes(name));
    const settings = namesWith({ TOPICS: 'verify' });
    for (const name of present) await createTopic(sharedBroker(), settings[name], 1);
    await withService(settings, async (service) => {
      expect(await service.exit).toBe(1);
      const line = service.output.split('\n').find((each) => each.includes('Missing topics'));
      for (const name of missing) expect(line).toContain(settings[name]);
      for (const name of present) expect(line).not.toContain(settings[name]);
      expect(line).toContain('TOPICS=create');
    });
    expect((await topicsOf(settings)).sort()).toEqual([...present].sort());
  });

  it('starts when all are there', async () => {
    const settings = namesWith({ TOPICS: 'verify' });
    for (const name of ALL) await createTopic(sharedBroker(), settings[name], 1);
    await withService(settings, (service) => service.untilReady());
  });
});

describe('TOPICS=create', () => {
  it('creates the outputs, waits visibly for the input topic, and goes on when it comes', async () => {
    const settings = namesWith({ TOPIC_PARTITIONS: '3', MAX_MESSAGE_BYTES: '2000000' });
    await withService(settings, async (service) => {
      await waitFor('the wait to be logged', () => /Waiting for the input topic/.test(service.output));
      expect(service.output).toContain(settings.INPUT_TOPIC);
      const ready = (await service.get('/health/ready'))!;
      expect(ready.status).toBe(503);
      expect(await ready.text()).toMatch(/preparing topics|input topic/);
      expect((await service.get('/health/live'))!.status).toBe(200);
      expect((await topicsOf(settings)).sort()).toEqual([...OUTPUTS].sort());

      await createTopic(sharedBroker(), settings.INPUT_TOPIC, 2);
      await produce(sharedBroker(), settings.INPUT_TOPIC, [{ value: 'x' }, { value: 'y' }]);
      await service.untilReady();
      await waitFor('the records', async () => (await service.metric('login_stream_received_total')) === 2);
    });
    expect(await endOffsets(sharedBroker(), settings.ERROR_TOPIC)).toHaveLength(3);
  });

  it('gives the error topic room for four times the largest message', async () => {
    const settings = namesWith({ TOPICS: 'create-all', MAX_MESSAGE_BYTES: '2000000' });
    await withService(settings, (service) => service.untilReady());
    const { resources } = await withAdmin(sharedBroker(), (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [
          { type: ConfigResourceTypes.TOPIC, name: settings.ERROR_TOPIC, configNames: ['max.message.bytes'] },
        ],
      }),
    );
    expect(resources[0].configEntries[0].configValue).toBe('8000000');
    expect(await topicsOf(settings)).toHaveLength(ALL.length);
  });

  it('stops in order while it waits for the input topic', async () => {
    await withService(ownNames(), async (service) => {
      await waitFor('the wait to be logged', () => /Waiting for the input topic/.test(service.output));
      expect(await service.stop()).toBe(0);
    });
  });
});
