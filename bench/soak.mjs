import { parseArgs } from 'node:util';
import { Partitioners } from '../dist/kafka/kafkajs.js';
import { ContestantProcess, environment } from './contestant-process.mjs';
import { EXACTLY_ONCE } from './contestants.mjs';
import { rssOf } from './proc.mjs';
import { runBench } from './run-bench.mjs';
import { isStable, send, until } from './steady-traffic.mjs';
import { countOutputs, createTopics, isComplete, outputsOf, settled, topicsOf } from './topics.mjs';

const HELP = `npm run soak -- [--minutes 10] [--rate 2000] [--short]

Whether memory stays where it is: steady traffic of more users and devices than state has room for, so that rows come and go all the time.
The first third of the time is left out; the median of the memory in RAM in the last third must not be more than 5 % above that in the
second. --short: 30 s, and 35 %, as code is still being compiled then. Reads /proc: Linux only.`;

const PARTITIONS = 4;
const SAMPLE_MS = 250;
/** Full within seconds. */
const ROOM = { MAX_USERS: '5000', MAX_DEVICES: '5000', DEDUPE_LIMIT: '5000', CHECKPOINT_EVERY_SECONDS: '5' };
const USERS = 20_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '2000' },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const seconds = values.short ? 30 : Number(values.minutes) * 60;
const most = values.short ? 1.35 : 1.05;
const rate = Number(values.rate);

await runBench({}, soak);

/** @returns whether memory stayed, and every record has its outcome */
async function soak(bench) {
  const { kafka } = bench;
  const topics = topicsOf('soak-input', 'soak');
  const group = 'soak';
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  await createTopics(admin, [topics.input, ...outputsOf(topics)], PARTITIONS);
  const service = await ContestantProcess.start(
    bench,
    EXACTLY_ONCE,
    { ...environment(bench, topics, group), ...ROOM },
    'service',
  );
  try {
    await until(bench, service, 60_000, () => isStable(admin, group));
    console.error(`Sending ${rate} messages a second for ${seconds} s`);
    const samples = [];
    const sampling = setInterval(() => samples.push(rssOf(service.pid)), SAMPLE_MS);
    const traffic = await send(bench, producer, { topic: topics.input, rate, seconds, users: USERS });
    clearInterval(sampling);
    await until(
      bench,
      service,
      60_000,
      async () => (await settled(admin, group, topics.input)) >= traffic.messages,
    );
    return report(samples, traffic, await countOutputs(kafka, topics));
  } finally {
    await service.stop();
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  }
}

function report(samples, traffic, counts) {
  const third = Math.floor(samples.length / 3);
  const [before, after] = [median(samples.slice(third, 2 * third)), median(samples.slice(2 * third))];
  const complete = isComplete(counts, EXACTLY_ONCE, traffic);
  console.log(
    `${traffic.messages} messages in ${seconds} s; memory in RAM, median: ${before.toFixed(0)} MiB in the second third, ` +
      `${after.toFixed(0)} MiB in the last (× ${(after / before).toFixed(3)}, at most ${most}), ` +
      `${Math.max(...samples).toFixed(0)} MiB at most; outcomes ${complete ? 'complete' : 'WRONG'}`,
  );
  return complete && after <= most * before;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
