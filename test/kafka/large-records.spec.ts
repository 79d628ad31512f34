import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { LOGIN_FIELDS } from '../../src/pipeline/testing.js';
import { committedOffsets, createTopic, produce, sharedBroker, uniqueName } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { LaneFixture, numbers, readWhen } from './lane-fixture.js';

const noise = (bytes: number) => randomBytes(bytes).toString('base64').slice(0, bytes);

describe('large records', () => {
  let service: ServiceProcess | undefined;
  let lanes: LaneFixture | undefined;

  afterEach(async () => {
    await service?.destroy();
    await lanes?.close();
  });

  it('one that its topic does not take becomes an error and does not fail its batch', async () => {
    const [input, output, errors] = ['input', 'output', 'errors'].map(uniqueName);
    const group = uniqueName('group');
    await createTopic(sharedBroker(), input, 1);
    await createTopic(sharedBroker(), output, 1, { 'max.message.bytes': '20000' });
    const login = (index: number, more: object = {}) => ({
      value: JSON.stringify({ ...LOGIN_FIELDS, user_id: `user-${index}`, ...more }),
    });
    const messages = numbers(0, 30).map((index) =>
      index === 17 ? login(index, { note: noise(30_000) }) : login(index, { note: noise(500) }),
    );
    await produce(sharedBroker(), input, messages);

    service = await ServiceProcess.ready({
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_GROUP_ID: group,
      INPUT_TOPIC: input,
      OUTPUT_TOPIC: output,
      ERROR_TOPIC: errors,
      FILTERED_TOPIC: '',
      SUMMARY_TOPIC: '',
      METRICS_TOPIC: '',
      UNKNOWN_FIELDS: 'keep',
    });
    const processed = await readWhen(sharedBroker(), output, 29);
    const users = numbers(0, 30).map((index) => `user-${index}`);
    expect(processed.map(({ json }) => json.user_id)).toEqual(users.filter((user) => user !== 'user-17'));
    const [error, ...others] = await readWhen(sharedBroker(), errors, 1);
    expect(others).toEqual([]);
    expect(error.json).toMatchObject({ error_type: 'output_too_large', source: { offset: 17 } });
    expect(String(error.headers?.['x-dlq-value'])).toBe(messages[17].value);
    await waitFor('the offset', async () => (await committedOffsets(sharedBroker(), group, input))[0] === 30);
    expect(await service.metric('login_stream_publish_retries_total')).toBe(0);
  });

  it.each(['none', 'gzip', 'snappy'])(
    'a batch larger than its topic takes, and that does not compress, is split (%s)',
    async (compression) => {
      lanes = await LaneFixture.create(sharedBroker(), {
        outputConfig: { 'max.message.bytes': '40000' },
        settings: { COMPRESSION: compression },
      });
      const process = lanes.process();
      const outcomes = lanes.outcomes(0, 120);
      const records = outcomes.topics[0].records.map((record) => ({
        ...record,
        headers: { noise: randomBytes(5_000) },
      }));
      await process.client.claim(0, lanes.lease());
      const large = { ...outcomes, topics: [{ topic: lanes.output, records }] };
      await process.client.publishOutcomes(0, large, lanes.lease());
      await process.client.publishOutcomes(0, lanes.outcomes(120, 130), lanes.lease());
      expect(await lanes.writtenOffsets(130)).toEqual(numbers(0, 130));
      expect(process.retries).toBe(0);
    },
  );
});
