import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { EmbeddedBroker } from '../dist/broker/embedded-broker.js';
import { KafkaSettings } from '../dist/config/kafka.settings.js';
import { createKafka } from '../dist/kafka/create-kafka.js';
import { CONTESTANTS, PROFILE_CONTESTANTS } from './contestants.mjs';
import { preload } from './input.mjs';
import { measureLatency } from './latency.mjs';
import { readOptions } from './options.mjs';
import { latencyText, resultTable } from './report.mjs';
import { measureThroughput } from './throughput.mjs';

Logger.overrideLogger(false); // kafkajs tells what it tries again

const INPUT = 'bench-input';

const options = readOptions(process.argv.slice(2));
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopped.abort(new Error(signal)));

const folder = await mkdtemp(join(tmpdir(), 'login-stream-bench-'));
const broker = await EmbeddedBroker.start({
  env: process.env,
  javaOptions: ['-Xmx1g'],
  onProgress: console.error,
});
try {
  const bench = {
    options,
    folder,
    broker,
    kafka: createKafka(new KafkaSettings(), [broker.address], 'login-stream-bench'),
    signal: stopped.signal,
  };
  const complete = [];
  if (options.throughput) complete.push(await throughput(bench));
  if (options.latency) complete.push(await latency(bench));
  process.exitCode = complete.every(Boolean) ? 0 : 1;
  await rm(folder, { recursive: true, force: true });
} catch (error) {
  console.error(`${error.message}\nThe logs are in ${folder}`);
  process.exitCode = 1;
} finally {
  await broker.stop();
}
// A connection that kafkajs has forgotten to end must not keep the process alive.
process.exit();

/** @returns whether every contestant wrote an outcome for every record */
async function throughput(bench) {
  const { messages, partitions, runs, only } = options;
  console.error(`Writing ${messages} messages to ${partitions} partitions`);
  const input = await preload(bench.kafka, { topic: INPUT, messages, partitions });
  const all = options.profiles ? PROFILE_CONTESTANTS : CONTESTANTS;
  const contestants = all.filter(({ name }) => name.includes(only));
  const results = [];
  for (let run = 1; run <= runs; run++) {
    for (const contestant of contestants) {
      const result = await measureThroughput(bench, contestant, input, run);
      console.error(`${contestant.name}, run ${run}: ${result.cpu.toFixed(1)} µs of CPU per message`);
      results.push(result);
    }
  }
  console.log(`\n${resultTable(contestants, results, input)}\n`);
  return results.every(({ outputs }) => outputs.complete);
}

async function latency(bench) {
  const { seconds, rate, warmUpSeconds } = options;
  console.error(`Sending ${rate} messages per second for ${seconds} s`);
  const result = await measureLatency(bench, { seconds, rate, warmUpSeconds });
  console.log(`${latencyText(result)}\n`);
  return result.outputs.complete;
}
