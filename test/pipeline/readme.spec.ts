import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTopic, produce, readAll, sharedBroker, uniqueName } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';

const README = new URL('../../README.md', import.meta.url);

/** The README's JSON blocks, in order. */
async function jsonBlocks(): Promise<string[]> {
  const text = await readFile(README, 'utf8');
  return [...text.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, block]) => block);
}

describe('The README', () => {
  let service: ServiceProcess | undefined;
  afterEach(() => service?.destroy());

  it('shows a login and exactly what becomes of it', async () => {
    const [login, shown] = await jsonBlocks();
    const [input, output] = [uniqueName('input'), uniqueName('output')];
    await createTopic(sharedBroker(), input, 1);
    await produce(sharedBroker(), input, [{ key: null, value: login }]);
    service = await ServiceProcess.ready({
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_GROUP_ID: uniqueName('group'),
      INPUT_TOPIC: input,
      OUTPUT_TOPIC: output,
      ERROR_TOPIC: uniqueName('error'),
      FILTERED_TOPIC: uniqueName('filtered'),
      SUMMARY_TOPIC: '',
      METRICS_TOPIC: '',
    });
    const { json } = await waitFor('the record', async () => (await readAll(sharedBroker(), output))[0]);
    const expected = JSON.parse(shown) as Record<string, unknown>;
    // The clock's fields are the reader's own.
    const { processed_timestamp, processing_delay_seconds } = expected;
    expect(JSON.stringify({ ...json, processed_timestamp, processing_delay_seconds }, null, 2)).toBe(shown);
  });
});
