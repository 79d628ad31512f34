import { setTimeout as sleep } from 'node:timers/promises';
import { createGenerator } from '../dist/cli/generator/generator.js';
import { Partitioners } from '../dist/kafka/kafkajs.js';
import { ContestantProcess, environment } from './contestant-process.mjs';
import { EXACTLY_ONCE } from './contestants.mjs';
import { countOutputs, createTopics, isComplete, outputsOf, settled, topicsOf } from './topics.mjs';

const TICK_MS = 10;
const GROUP = 'latency-group';
const SENT = 'x-bench-sent';
const READY_TIMEOUT_MS = 60_000;
const DRAIN_TIMEOUT_MS = 30_000;

/** Milliseconds of one clock, with fractions: producer and consumer are this process. */
const now = () => performance.timeOrigin + performance.now();

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

/** Sends what is due every few milliseconds, without waiting for the answer: a slow one must not lower the rate. */
async function send({ signal }, producer, { topic, rate, seconds }) {
  const start = now();
  const generator = createGenerator({ seed: 2, startSeconds: Math.floor(start / 1000), rate });
  const messages = rate * seconds;
  let sent = 0;
  let bad = 0;
  let behind = 0;
  const sends = [];
  while (sent < messages) {
    signal.throwIfAborted();
    const due = Math.min(messages, Math.floor(((now() - start) * rate) / 1000));
    behind = Math.max(behind, now() - start - (sent / rate) * 1000);
    const batch = Array.from({ length: due - sent }, () => generator.next());
    bad += batch.filter(({ kind }) => kind !== 'valid' && kind !== 'redelivered').length;
    const time = String(now());
    const stamped = batch.map(({ key, value, headers }) => ({
      key,
      value,
      headers: { ...headers, [SENT]: time },
    }));
    if (stamped.length > 0) sends.push(producer.send({ topic, messages: stamped }));
    sent = due;
    await sleep(TICK_MS);
  }
  await Promise.all(sends);
  return { start, messages, bad, behind };
}

async function isStable(admin, groupId) {
  const { groups } = await admin.describeGroups([groupId]);
  return groups[0].state === 'Stable';
}

async function until({ signal }, service, timeout, holds) {
  const deadline = performance.now() + timeout;
  while (!(await holds())) {
    await service.assertRunning();
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`${service.name} did not get far enough in time`);
    await sleep(100);
  }
}
