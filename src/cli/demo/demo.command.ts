import { Logger } from '@nestjs/common';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { onStopSignal } from '../../boot/signals.js';
import { EmbeddedBroker } from '../../broker/embedded-broker.js';
import { loadWithExtensions } from '../../extensions/load-with-extensions.js';
import { createKafka } from '../../kafka/create-kafka.js';
import type { Kafka } from '../../kafka/kafkajs.js';
import { PROFILES } from '../../profiles/profiles.js';
import { accountText } from './account-text.js';
import { groupLag, isBalanced, readAccount } from './account.js';
import { showFigures } from './live-figures.js';
import { isFree, ServiceChild } from './service-child.js';
import { DEFAULT_BAD_PERCENT } from '../generator/generator.js';
import { Traffic } from './traffic.js';

interface DemoOptions {
  readonly profile?: string;
  readonly seconds?: number;
  readonly input?: string;
  readonly rate: number;
  readonly seed: number;
  readonly badPercent: number;
}

const USUAL_PORT = 3000;
const DRAIN_TIMEOUT_MS = 60_000;

export function demoCommand(): Command {
  return new Command('demo')
    .description('Runs everything on this machine: Kafka, topics, realistic traffic, the service.')
    .option('--profile <name>', 'the profile to run: as the variable PROFILE')
    .option('--seconds <n>', 'end after so many seconds (default: at Ctrl-C)', number(1))
    .option('--input <file>', 'send the lines of an NDJSON file instead, and end when all have their outcome')
    .option('--rate <n>', 'messages per second', number(1), 500)
    .option('--seed <n>', 'the same seed gives the same traffic', number(0), 1)
    .option('--bad-percent <percent>', 'share of bad messages', number(0, 100), DEFAULT_BAD_PERCENT)
    .addHelpText(
      'after',
      '\nExamples:\n  npm run demo\n  npm run demo -- --seconds 20\n  npm run demo -- --profile insights --seconds 20\n  npm run demo -- --input logins.ndjson',
    )
    .action(demo);
}

const number =
  (least: number, most = Infinity) =>
  (text: string) => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < least || value > most)
      throw new InvalidArgumentError(
        most === Infinity ? `It must be at least ${least}.` : `It must be from ${least} to ${most}.`,
      );
    return value;
  };

/** Runs the demo and sets the exit code: 0 if the account adds up. */
async function demo(options: DemoOptions): Promise<void> {
  if (options.input !== undefined) await access(options.input);
  // Before anything is started: a bad setting is said at once.
  const given = { ...process.env, ...(options.profile !== undefined && { PROFILE: options.profile }) };
  const { settings } = await loadWithExtensions(given, { profiles: PROFILES, stdoutIsTty: false });
  const { input: topic, output, filtered, error } = settings.topic;
  if ([output, filtered, error].includes(''))
    throw new Error(
      'The demo reads all outcomes back: OUTPUT_TOPIC, FILTERED_TOPIC and ERROR_TOPIC must have names',
    );
  Logger.overrideLogger(false); // what kafkajs tries again is no news here
  const over = new AbortController();
  onStopSignal(() => over.abort());
  const folder = await mkdtemp(join(tmpdir(), 'login-stream-demo-'));
  const broker = await EmbeddedBroker.start({ env: process.env, onProgress: say });
  let service: ServiceChild | undefined;
  try {
    const env = {
      ...given,
      KAFKA_BROKERS: broker.address,
      TOPICS: 'create-all',
      // The broker is a new one, and so is what is known of its records.
      STATE_DIR: join(folder, 'state'),
      // The demo reads the service's log: its address is there.
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'info',
    };
    const kafka = createKafka(settings.kafka, [broker.address], 'login-stream-demo');
    service = await startService(env, join(folder, 'service.log'));
    say(`The service is ready: ${service.url}/health, ${service.url}/metrics`);
    const profile = given.PROFILE ? ` PROFILE=${given.PROFILE}` : '';
    say(`Its topics: KAFKA_BROKERS=${broker.address}${profile} npm run cli -- tail output --verify`);
    const { groupId } = settings.kafka;
    const traffic = new Traffic(kafka, {
      topic,
      rate: options.rate,
      seed: options.seed,
      badPercent: options.badPercent,
      signal: over.signal,
      ...(options.input !== undefined && { input: options.input }),
    });
    if (options.seconds !== undefined) void endAfter(options.seconds, over);
    say(`Sending ${options.input ?? `${options.rate} logins per second`} to ${topic}. Ctrl-C ends.`);
    const figures = new AbortController();
    const shown = showFigures(service, traffic, process.stdout, figures.signal);
    const died = service.exited.then(() => {
      throw new Error(`The service has ended; its log is ${folder}/service.log`);
    });
    died.catch(() => undefined);
    await Promise.race([traffic.run(), died]);
    await Promise.race([drained(kafka, groupId, topic), died]);
    figures.abort();
    await shown;
    const account = await readAccount(kafka, groupId, settings.topic, traffic.produced);
    say(accountText(account, settings.topic));
    if (service.lastReport !== null) say(`\nThe last report in the service’s log:\n${service.lastReport}`);
    process.exitCode = isBalanced(account) ? 0 : 1;
  } finally {
    await service?.stop();
    await broker.stop();
  }
  await rm(folder, { recursive: true, force: true });
  process.exit();
}

/** At the usual port if it is free, else at any. */
async function startService(env: NodeJS.ProcessEnv, logFile: string): Promise<ServiceChild> {
  if (env.HTTP_PORT !== undefined || !(await isFree(USUAL_PORT)))
    return ServiceChild.start({ HTTP_PORT: '0', ...env }, logFile);
  return ServiceChild.start(env, logFile);
}

async function drained(kafka: Kafka, groupId: string, topic: string): Promise<void> {
  const deadline = performance.now() + DRAIN_TIMEOUT_MS;
  while ((await groupLag(kafka, groupId, topic)) > 0) {
    if (performance.now() > deadline) return;
    await sleep(200);
  }
}

async function endAfter(seconds: number, over: AbortController): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal: over.signal }).catch(() => undefined);
  over.abort();
}

function say(text: string): void {
  console.log(text);
}
