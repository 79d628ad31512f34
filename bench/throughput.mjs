import { setTimeout as sleep } from 'node:timers/promises';
import { ContestantProcess, environment } from './contestant-process.mjs';
import { cpuOf, peakRssOf } from './proc.mjs';
import { countOutputs, createTopics, isComplete, outputsOf, settled, topicsOf } from './topics.mjs';

const POLL_MS = 50;
const START_TIMEOUT_MS = 60_000;
/** A contestant that needs longer than this per message has a fault. */
const MOST_MS_PER_MESSAGE = 1;

/**
 * Lets a contestant work through the input, with a group and outputs of its own.
 *
 * It is watched from outside, all in the same way: progress is what its group has committed, CPU time is the kernel's.
 * The measurement starts with the first committed batch, so that starting, joining and connecting are not part of
 * it, and ends when everything is committed. What the first batch held is not counted either.
 */
export async function measureThroughput(bench, contestant, input, run) {
  const name = `${contestant.name.replaceAll(/[^a-z]+/g, '-')}-${run}`;
  const topics = topicsOf(input.topic, name);
  const admin = bench.kafka.admin();
  await admin.connect();
  try {
    await createTopics(admin, outputsOf(topics), input.partitions);
    const child = await ContestantProcess.start(
      bench,
      contestant,
      environment(bench, topics, `${name}-group`),
      name,
    );
    let figures;
    try {
      figures = await watch(bench, child, () => settled(admin, `${name}-group`, input.topic), input);
    } finally {
      await child.stop();
    }
    const counts = await countOutputs(bench.kafka, topics);
    const complete = isComplete(counts, contestant, input);
    return { name: contestant.name, ...figures, outputs: { ...counts, complete } };
  } finally {
    await admin.deleteTopics({ topics: outputsOf(topics) }).catch(() => undefined);
    await admin.disconnect();
  }
}

async function watch(bench, child, progress, { messages }) {
  const sample = async () => {
    await child.assertRunning();
    bench.signal.throwIfAborted();
    const done = await progress();
    return { done, at: performance.now(), own: cpuOf(child.pid), broker: cpuOf(bench.broker.pid) };
  };
  const first = await poll(sample, ({ done }) => done > 0, START_TIMEOUT_MS, child);
  const last = await poll(sample, ({ done }) => done >= messages, messages * MOST_MS_PER_MESSAGE, child);
  const count = last.done - first.done;
  if (count === 0)
    throw new Error(`${child.name} had finished before it could be measured: use more messages`);
  const user = (last.own.user - first.own.user) / count;
  const system = (last.own.system - first.own.system) / count;
  const brokerCpu = total(last.broker) - total(first.broker);
  return {
    cpu: user + system,
    user,
    system,
    rate: (count / (last.at - first.at)) * 1000,
    peakRss: peakRssOf(child.pid),
    brokerCpu: brokerCpu / count,
  };
}

const total = ({ user, system }) => user + system;

async function poll(sample, holds, timeout, { name }) {
  const deadline = performance.now() + timeout + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const taken = await sample();
    if (holds(taken)) return taken;
    await sleep(POLL_MS);
  }
  throw new Error(`${name} did not get far enough in time`);
}
