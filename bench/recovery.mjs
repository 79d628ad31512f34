import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ContestantProcess, environment } from './contestant-process.mjs';
import { EXACTLY_ONCE } from './contestants.mjs';
import { preload } from './input.mjs';
import { cpuOf, peakRssOf } from './proc.mjs';
import { runBench } from './run-bench.mjs';
import { createTopics } from './topics.mjs';

const HELP = `node bench/recovery.mjs [--messages 500000] [--profile FILE]

How fast state comes back after kill -9: the service works through the input once without writing a checkpoint, is killed, and reads all of it
again before it joins its group. Then it is stopped, and started once more from its checkpoint. Needs a build (npm run build).`;

const GROUP = 'bench-recovery';
const PARTITIONS = 4;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '500000' },
    profile: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const messages = Number(values.messages);

await runBench({}, async (bench) => {
  console.error(`Writing ${messages} messages to ${PARTITIONS} partitions`);
  await preload(bench.kafka, { topic: 'bench-input', messages, partitions: PARTITIONS });
  const topics = { input: 'bench-input', output: 'bench-out', filtered: 'bench-fil', error: 'bench-err' };
  const admin = bench.kafka.admin();
  await admin.connect();
  await createTopics(admin, [topics.output, topics.filtered, topics.error], PARTITIONS);
  const offsets = () => admin.fetchOffsets({ groupId: GROUP, topics: [topics.input] });
  const committed = async () => {
    const [{ partitions }] = await offsets().catch(() => [{ partitions: [] }]); // asked again
    return partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  };
  const start = (name, env, options = {}) =>
    ContestantProcess.start(
      { ...bench, options },
      EXACTLY_ONCE,
      { ...environment(bench, topics, GROUP), ...env },
      name,
    );

  console.error('Working through them');
  const first = await start('first', { CHECKPOINT_EVERY_SECONDS: '86400' });
  await until(first, async () => (await committed()) >= messages);
  await first.crash();

  console.error('Reading them again');
  const second = await start('second', {}, { profile: values.profile });
  const recovered = await readyLine(second);
  const cpu = cpuOf(second.pid);
  const rss = peakRssOf(second.pid);
  await second.stop();

  const third = await start('third', {});
  const restarted = await readyLine(third);
  await third.stop();
  await admin.disconnect();

  const rate = recovered.records / recovered.seconds;
  console.log(
    `Node ${process.versions.node}: ${recovered.records} records read again in ${recovered.seconds} s: ${Math.round(rate)} a second.`,
  );
  console.log(
    `CPU of the process up to then: ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s; peak RSS ${Math.round(rss)} MiB.`,
  );
  console.log(
    `After a clean stop: ${restarted.records} records read again, ready ${restarted.sinceStart.toFixed(2)} s after the first line of the log.`,
  );
  return recovered.records > 0;
});

/** What the service says when its state is there. */
function readyLine(service) {
  return until(service, async () => {
    const lines = (await readFile(service.log, 'utf8')).split('\n').filter((line) => line.startsWith('{'));
    const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => /^State is ready/.test(msg));
    if (line === undefined) return null;
    const [, records, seconds] = /; (\d+) records read again in ([\d.]+) s/.exec(line.msg);
    const sinceStart = (Date.parse(line.time) - Date.parse(JSON.parse(lines[0]).time)) / 1000;
    return { records: Number(records), seconds: Number(seconds), sinceStart };
  });
}

async function until(service, condition) {
  for (;;) {
    await service.assertRunning();
    const result = await condition();
    if (result) return result;
    await sleep(100);
  }
}
