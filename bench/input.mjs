import { createGenerator } from '../dist/cli/generator/generator.js';
import { Partitioners } from '../dist/kafka/kafkajs.js';
import { createTopics } from './topics.mjs';

/** Messages per request; a quarter of it goes to each of four partitions. */
const CHUNK = 2_000;
/** Event time goes by at this rate, and ends now. */
const RATE = 500;
const SEED = 1;
const GOOD = new Set(['valid', 'redelivered']);

/**
 * Fills the input topic with the traffic of the demo's generator: uncompressed, which is what Kafka's producers do
 * unless told otherwise.
 *
 * @returns the topic, its end offsets, and how many of its records are bad
 */
export async function preload(kafka, { topic, messages, partitions }) {
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    await createTopics(admin, [topic], partitions);
    const startSeconds = Math.floor(Date.now() / 1000 - messages / RATE);
    const generator = createGenerator({ seed: SEED, startSeconds, rate: RATE });
    let bad = 0;
    let bytes = 0;
    for (let sent = 0; sent < messages; sent += CHUNK) {
      const chunk = Array.from({ length: Math.min(CHUNK, messages - sent) }, () => generator.next());
      bad += chunk.filter(({ kind }) => !GOOD.has(kind)).length;
      bytes += chunk.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
      await producer.send({ topic, messages: chunk });
    }
    const offsets = await admin.fetchTopicOffsets(topic);
    const ends = new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
    return { topic, messages, partitions, ends, bad, meanBytes: bytes / messages };
  } finally {
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  }
}
