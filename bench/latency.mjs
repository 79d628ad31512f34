import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners } from '../dist/kafka/kafkajs.js';
import { ContestantProcess, environment } from './contestant-process.mjs';
import { EXACTLY_ONCE } from './contestants.mjs';
import { isStable, now, send, SENT, until } from './steady-traffic.mjs';
import { countOutputs, createTopics, isComplete, outputsOf, settled, topicsOf } from './topics.mjs';

const GROUP = 'latency-group';
const READY_TIMEOUT_MS = 60_000;
const DRAIN_TIMEOUT_MS = 30_000;

/**
 * Latency of the service at a steady rate: from the moment that a record is handed to the producer until a separate
 * `read_committed` consumer of the output topic is called with what became of it. The record carries the time of
 * sending in a header, which the service passes on.
 */
export async function measureLatency(bench, { rate, seconds, warmUpSeconds }) {
  const { partitions } = bench.options;
  const topics = topicsOf('latency-input', 'latency');
  const admin = bench.kafka.admin();
  const producer = bench.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = bench.kafka.consumer({ groupId: 'latency-reader', maxWaitTimeInMs: 100 });
  await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
  let service;
  try {
    await createTopics(admin, [topics.input, ...outputsOf(topics)], partitions);
    service = await ContestantProcess.start(
      bench,
      { ...EXACTLY_ONCE, command: () => EXACTLY_ONCE.command({}) },
      environment(bench, topics, GROUP),
      'latency-service',
    );
    await until(bench, service, READY_TIMEOUT_MS, () => isStable(admin, GROUP));
    const seen = await collect(consumer, topics.output);
    const traffic = await send(bench, producer, { topic: topics.input, rate, seconds });
    const isDrained = async () => (await settled(admin, GROUP, topics.input)) >= traffic.messages;
    await until(bench, service, DRAIN_TIMEOUT_MS, isDrained);
    // What was committed last has still to reach the reader.
    await sleep(500);
    const from = traffic.start + warmUpSeconds * 1000;
    const latencies = seen.filter(({ sent }) => sent >= from).map(({ sent, received }) => received - sent);
    if (latencies.length === 0) throw new Error('No output has been seen in the latency part');
    const counts = await countOutputs(bench.kafka, topics);
    const complete = isComplete(counts, EXACTLY_ONCE, traffic) && seen.length === counts.output;
    return {
      latencies,
      rate,
      seconds,
      warmUpSeconds,
      behind: traffic.behind,
      outputs: { ...counts, complete },
    };
  } finally {
    await service?.stop();
    await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  }
}

/** Resolves when the reader has its partitions; the list then grows by itself. */
async function collect(consumer, topic) {
  const seen = [];
  const ready = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: 1_000,
    eachBatch: async ({ batch }) => {
      const received = now();
      for (const { headers } of batch.messages) seen.push({ received, sent: Number(headers[SENT]) });
    },
  });
  await ready;
  return seen;
}
