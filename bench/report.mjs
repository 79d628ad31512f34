const COLUMNS = [
  ['contestant', ({ name }) => name],
  ['CPU µs/message', ({ cpu }) => fixed(cpu)],
  ['user + system', ({ user, system }) => `${fixed(user)} + ${fixed(system)}`],
  ['min–max', ({ least, most }) => `${fixed(least)}–${fixed(most)}`],
  ['× copy loop', ({ ratio }) => (ratio === undefined ? '–' : ratio.toFixed(2))],
  ['messages/s', ({ rate }) => Math.round(rate).toLocaleString('en')],
  ['peak RSS MiB', ({ peakRss }) => Math.round(peakRss)],
  ['broker µs/message', ({ brokerCpu }) => fixed(brokerCpu)],
  [
    'output + filtered + errors',
    ({ outputs }) => `${outputs.output} + ${outputs.filtered} + ${outputs.error}`,
  ],
  ['complete', ({ outputs }) => (outputs.complete ? 'yes' : 'NO')],
];

const fixed = (value) => value.toFixed(1);

/** A Markdown table: per contestant the medians of its runs. */
export function resultTable(contestants, results, { messages, bad, meanBytes, partitions }) {
  const rows = contestants.map(({ name }) => summary(results.filter((result) => result.name === name)));
  const yardstick = rows.find(({ name }) => name === 'copy loop');
  if (yardstick !== undefined) for (const row of rows) row.ratio = row.cpu / yardstick.cpu;
  const lines = [
    COLUMNS.map(([title]) => title),
    COLUMNS.map(() => '---'),
    ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  const about =
    `${messages.toLocaleString('en')} messages (${bad.toLocaleString('en')} of them bad) of ${Math.round(meanBytes)} bytes ` +
    `on average, ${partitions} partitions; Node ${process.versions.node}.`;
  return `${about}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}

function summary(runs) {
  const all = (figure) => runs.map((run) => run[figure]);
  const figures = ['cpu', 'user', 'system', 'rate', 'peakRss', 'brokerCpu'];
  return {
    name: runs[0].name,
    ...Object.fromEntries(figures.map((figure) => [figure, median(all(figure))])),
    least: Math.min(...all('cpu')),
    most: Math.max(...all('cpu')),
    outputs: runs.map(({ outputs }) => outputs).find(({ complete }) => !complete) ?? runs[0].outputs,
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The latencies of the steady part of a run, in one paragraph. */
export function latencyText({ latencies, rate, seconds, warmUpSeconds, behind, outputs }) {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share) => `${fixed(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))])} ms`;
  return [
    `Latency, exactly-once, at ${rate} messages/s for ${seconds} s, without the first ${warmUpSeconds} s (${sorted.length} records):`,
    `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}. Sending was at most ${fixed(behind)} ms behind its schedule.`,
    `Outputs: ${outputs.output} + ${outputs.filtered} + ${outputs.error}, complete: ${outputs.complete ? 'yes' : 'NO'}.`,
  ].join('\n');
}
