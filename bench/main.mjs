import { CONTESTANTS, PROFILE_CONTESTANTS } from './contestants.mjs';
import { preload } from './input.mjs';
import { measureLatency } from './latency.mjs';
import { readOptions } from './options.mjs';
import { latencyText, resultTable } from './report.mjs';
import { runBench } from './run-bench.mjs';
import { measureThroughput } from './throughput.mjs';

const INPUT = 'bench-input';

const options = readOptions(process.argv.slice(2));

await runBench(options, async (bench) => {
  const complete = [];
  if (options.throughput) complete.push(await throughput(bench));
  if (options.latency) complete.push(await latency(bench));
  return complete.every(Boolean);
});

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
