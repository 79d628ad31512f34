import { Command } from 'commander';
import { onStopSignal } from '../../boot/signals.js';
import {
  createLiveGenerator,
  DEFAULT_BAD_PERCENT,
  DEFAULT_USERS,
  MOST_FIRST_USERS,
} from '../generator/generator.js';
import { withHelp } from '../support/help.js';
import { numberOption } from '../support/number-option.js';
import { grouped } from '../support/quantities.js';
import { DEFAULT_WAIT_SECONDS } from '../support/waiting.js';
import { openKafkaTarget } from './kafka-target.js';
import { LineTarget } from './line-target.js';
import { Pace } from './pace.js';
import { Progress } from './progress.js';
import { sendAll } from './send-all.js';
import type { Target } from './target.js';
import { Totals } from './totals.js';

interface GenerateOptions {
  readonly count: number;
  readonly rate: number;
  readonly seed: number;
  readonly badPercent: number;
  readonly users: number;
  readonly stdout?: true;
  readonly topic?: string;
  readonly wait: number;
}

export function generateCommand(): Command {
  const command = new Command('generate')
    .description(
      'Sends realistic logins to the input topic on the cluster of KAFKA_BROKERS, until interrupted or --count. The same ' +
        'seed gives the same records apart from `timestamp`, which is about now. Some are bad, some are sent twice.',
    )
    .option(
      '--count <n>',
      'end after so many records; 0: at Ctrl-C',
      numberOption({ least: 0, whole: true }),
      0,
    )
    .option('--rate <n>', 'records per second; 0: as fast as possible', numberOption({ least: 0 }), 500)
    .option(
      '--seed <n>',
      'which traffic',
      numberOption({ least: 0, most: Number.MAX_SAFE_INTEGER, whole: true }),
      1,
    )
    .option(
      '--bad-percent <percent>',
      'share of bad records',
      numberOption({ least: 0, most: 100 }),
      DEFAULT_BAD_PERCENT,
    )
    .option(
      '--users <n>',
      'users at the beginning',
      numberOption({ least: 1, most: MOST_FIRST_USERS, whole: true }),
      DEFAULT_USERS,
    )
    .option(
      '--stdout',
      'write a line for each record to standard output instead: the bytes of its value, without key and headers; the ' +
        'JSON null for a null value, an empty line for an empty one',
    )
    .option('--topic <name>', 'send to this topic (default: INPUT_TOPIC)')
    .option(
      '--wait <seconds>',
      'how long to wait for the cluster and the topic, at the start and later',
      numberOption({ least: 0 }),
      DEFAULT_WAIT_SECONDS,
    )
    .action(generate);
  return withHelp(command, {
    examples: {
      generate: '500 logins per second, until Ctrl-C',
      'generate --count 1000000 --rate 0': 'a million, as fast as possible',
      'generate --rate 5 --bad-percent 100 --seed 7': 'other traffic, all of it bad',
      'generate --count 20000 --rate 0 --stdout > logins.ndjson': 'a file; no cluster is needed',
    },
    exitCodes: {
      0: 'all were sent, or it was interrupted (Ctrl-C, SIGTERM) and what was under way has arrived',
    },
  });
}

async function generate(options: GenerateOptions): Promise<void> {
  const over = new AbortController();
  onStopSignal(() => over.abort());
  const count = options.count === 0 ? Infinity : options.count;
  const totals = new Totals();
  let progress: Progress | null = null;
  const say = (text: string) => (progress === null ? console.error(text) : progress.say(text));
  let target: Target | null = null;
  let start = 0;
  try {
    target = options.stdout
      ? new LineTarget(process.stdout)
      : await openKafkaTarget(options, over.signal, say);
    start = performance.now();
    const { next } = createLiveGenerator(options, () => Math.floor(Date.now() / 1000));
    // Lines that are shown on a terminal are progress enough.
    if (!options.stdout || !process.stdout.isTTY)
      progress = new Progress(() => totals.sent, count, process.stderr);
    await sendAll({
      next,
      target,
      pace: new Pace(options.rate, start),
      count,
      totals,
      signal: over.signal,
    });
  } catch (error) {
    if (!over.signal.aborted) throw error;
  } finally {
    progress?.stop();
    if (target !== null) console.error(summary(totals, target, (performance.now() - start) / 1000));
    target?.close();
  }
  process.exit();
}

function summary(totals: Totals, target: Target, seconds: number): string {
  const rate = grouped(Math.round(totals.sent / Math.max(seconds, 0.001)));
  const lines = [`${grouped(totals.sent)} records to ${target.name} in ${seconds.toFixed(1)} s (${rate}/s)`];
  if (target.doubts() !== '') lines.push(target.doubts());
  return `${lines.join('\n')}\n${totals.text().trimEnd()}`;
}
