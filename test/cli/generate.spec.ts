import { afterEach, describe, expect, it } from '@jest/globals';
import { Patience } from '../../src/kafka/patience.js';
import { followTopic } from '../../src/kafka/topic-follower.js';
import { ProxiedBroker } from '../kafka/proxied-broker.js';
import { createTopic, endOffsets, kafkaAt, sharedBroker, uniqueName } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { runCommand, runIntoClosedPipe } from './run-command.js';
import { RunningCommand } from './running-command.js';

const TIMESTAMP = /"timestamp": "?-?[\d.]+/;
const withoutTimestamp = (line: string) => line.replace(TIMESTAMP, '"timestamp": ');
const linesOf = (stdout: string) => stdout.split('\n').slice(0, -1);

/** A figure of the totals. */
function total(stderr: string, name: string): number {
  const match = new RegExp(`^ *${name} +([\\d,]+)$`, 'm').exec(stderr);
  if (match === null) throw new Error(`No "${name}" in:\n${stderr}`);
  return Number(match[1].replaceAll(',', ''));
}

const sentOf = (stderr: string): number => {
  const match = /^([\d,]+) records to /m.exec(stderr);
  if (match === null) throw new Error(`No count in:\n${stderr}`);
  return Number(match[1].replaceAll(',', ''));
};

const recordsIn = async (broker: string, topic: string): Promise<number> =>
  (await endOffsets(broker, topic)).reduce((sum, end) => sum + end, 0);

/** The values of the shared broker's topic, as they stand in lines. */
async function valuesOf(topic: string): Promise<string[]> {
  const { signal } = new AbortController();
  const values: string[] = [];
  await followTopic(kafkaAt(sharedBroker()), topic, {
    from: 'beginning',
    toEnd: true,
    signal,
    patience: new Patience({ limitMs: 60_000, signal, onWait: () => undefined }),
    onRecords: async (records) => {
      values.push(...records.map(({ value }) => String(value)));
      return true;
    },
    onGap: () => undefined,
  });
  return values;
}

async function newTopic(broker = sharedBroker(), partitions = 3) {
  const topic = uniqueName('generated');
  await createTopic(broker, topic, partitions);
  return { topic, env: { KAFKA_BROKERS: broker, INPUT_TOPIC: topic } };
}

describe('login-stream generate', () => {
  let running: RunningCommand | undefined;
  afterEach(async () => running?.destroy());

  it('sends as many records as it is told, and says how many of each kind', async () => {
    const { topic, env } = await newTopic();
    const result = await runCommand(['generate', '--count', '5000', '--rate', '0'], { env });
    expect(result).toMatchObject({ exit: 0, stdout: '' });
    expect(sentOf(result.stderr)).toBe(5_000);
    const [good, redelivered, bad] = ['good', 'redelivered', 'bad'].map((name) => total(result.stderr, name));
    expect(good + redelivered + bad).toBe(5_000);
    expect(total(result.stderr, 'missing_device_type')).toBeGreaterThan(bad / 2);
    const ends = await endOffsets(sharedBroker(), topic);
    expect(ends.reduce((sum, end) => sum + end, 0)).toBe(5_000);
    expect(Math.min(...ends)).toBeGreaterThan(1_000);
  });

  it('sends the same lines for the same seed, at any rate and to any place, apart from the timestamp', async () => {
    const { topic, env } = await newTopic(sharedBroker(), 1);
    const [fast, slow, sent] = await Promise.all([
      runCommand(['generate', '--stdout', '--count', '600', '--rate', '0', '--seed', '42']),
      runCommand(['generate', '--stdout', '--count', '600', '--rate', '400', '--seed', '42']),
      runCommand(['generate', '--count', '600', '--rate', '1000', '--seed', '42'], { env }),
    ]);
    for (const { exit } of [fast, slow, sent]) expect(exit).toBe(0);
    const expected = linesOf(fast.stdout).map(withoutTimestamp);
    expect(expected).toHaveLength(600);
    expect(linesOf(slow.stdout).map(withoutTimestamp)).toEqual(expected);
    expect((await valuesOf(topic)).map(withoutTimestamp)).toEqual(expected);
    const other = await runCommand(['generate', '--stdout', '--count', '600', '--rate', '0', '--seed', '43']);
    expect(linesOf(other.stdout).map(withoutTimestamp)).not.toEqual(expected);
  });

  it('makes logins of now', async () => {
    const before = Math.floor(Date.now() / 1000);
    const args = ['generate', '--stdout', '--count', '200', '--rate', '0', '--bad-percent', '0'];
    const { stdout } = await runCommand(args);
    const after = Math.ceil(Date.now() / 1000);
    const times = linesOf(stdout).map((line) =>
      Number((JSON.parse(line) as { timestamp: number }).timestamp),
    );
    expect(Math.max(...times)).toBeLessThanOrEqual(after);
    expect(times.filter((time) => time >= before).length).toBeGreaterThan(100);
  });

  it('needs no cluster and no settings for --stdout', async () => {
    const env = { NODE_ENV: 'production', DELIVERY: 'perhaps' };
    const { exit, stdout } = await runCommand(['generate', '--stdout', '--count', '3'], { env });
    expect(exit).toBe(0);
    expect(linesOf(stdout)).toHaveLength(3);
  });

  it('ends quietly when its reader has seen enough', async () => {
    expect(await runIntoClosedPipe(['generate', '--stdout', '--rate', '0'])).toEqual({ exit: 0, stderr: '' });
  });

  it('keeps the rate, and says how far it is', async () => {
    const { env } = await newTopic();
    const { exit, stderr } = await runCommand(['generate', '--count', '550', '--rate', '100'], { env });
    expect(exit).toBe(0);
    expect(stderr).toMatch(/^\d+ % {2}\d+ of 550 {2}\d+\/s {2}ETA \d:\d\d$/m);
    expect(stderr).not.toContain('\u001b');
    const seconds = Number(/in ([\d.]+) s/.exec(stderr)![1]);
    expect(seconds).toBeGreaterThanOrEqual(5.4);
    expect(seconds).toBeLessThan(10);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends cleanly at %s: what it counts is in the topic',
    async (signal) => {
      const { topic, env } = await newTopic();
      running = RunningCommand.start(['generate', '--rate', '0'], env);
      await waitFor('records', async () => (await recordsIn(sharedBroker(), topic)) > 2_000);
      running.signal(signal);
      expect(await running.exit).toBe(0);
      expect(running.stderr).not.toMatch(/Error|\n\s+at /);
      expect(await recordsIn(sharedBroker(), topic)).toBe(sentOf(running.stderr));
    },
  );

  it('waits for the topic, and says so', async () => {
    const topic = uniqueName('generated');
    const env = { KAFKA_BROKERS: sharedBroker() };
    running = RunningCommand.start(['generate', '--count', '10', '--topic', topic], env);
    await running.until('stderr', new RegExp(`Waiting, for \\d+ s at most: There is no topic ${topic}`));
    await createTopic(sharedBroker(), topic, 1);
    expect(await running.exit).toBe(0);
    expect(await endOffsets(sharedBroker(), topic)).toEqual([10]);
  });

  it.each([
    [['--topic', 'there-is-no-such-topic'], /There is no topic there-is-no-such-topic/],
    [[], /connect ECONNREFUSED/],
  ])('gives up after --wait (%j)', async (args, message) => {
    const KAFKA_BROKERS = args.length > 0 ? sharedBroker() : '127.0.0.1:1';
    const result = await runCommand(['generate', '--wait', '1', ...args], { env: { KAFKA_BROKERS } });
    expect(result).toMatchObject({ exit: 1, stdout: '', stderr: expect.stringMatching(message) });
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    [['--count', '-1'], /--count.*whole number of at least 0/],
    [['--rate', 'fast'], /--rate.*number of at least 0/],
    [['--bad-percent', '101'], /--bad-percent.*from 0 to 100/],
    [['--users', '0'], /--users.*from 1 to 100000/],
    [['--frequency', '1'], /unknown option '--frequency'/],
  ])('says what is wrong with %j and exits with 1', async (args, message) => {
    const { exit, stdout, stderr } = await runCommand(['generate', '--stdout', ...args]);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('needs the addresses of a cluster', async () => {
    const { exit, stderr } = await runCommand(['generate', '--count', '1']);
    expect(exit).toBe(78);
    expect(stderr).toContain('KAFKA_BROKERS');
  });

  it('waits for a broker that goes away, goes on, and says which records may be there twice', async () => {
    const own = await ProxiedBroker.start();
    try {
      const { topic, env } = await newTopic(own.address);
      running = RunningCommand.start(['generate', '--rate', '2000'], env);
      await waitFor('records', async () => (await recordsIn(own.address, topic)) > 1_000);
      own.proxy.refuse();
      own.proxy.cut();
      await running.until('stderr', /Waiting, for \d+ s at most: /);
      await own.proxy.heal();
      const before = await recordsIn(own.address, topic);
      await waitFor('more records', async () => (await recordsIn(own.address, topic)) > before + 1_000);
      running.signal('SIGINT');
      expect(await running.exit).toBe(0);
      const extra = (await recordsIn(own.address, topic)) - sentOf(running.stderr);
      const uncertain = /Sends of ([\d,]+) records failed/.exec(running.stderr)?.[1].replaceAll(',', '') ?? 0;
      expect(extra).toBeGreaterThanOrEqual(0);
      expect(extra).toBeLessThanOrEqual(Number(uncertain));
    } finally {
      await own.stop();
    }
  });

  it('sends no faster than a slow broker takes', async () => {
    const own = await ProxiedBroker.start();
    try {
      const { topic, env } = await newTopic(own.address);
      own.proxy.delay(100);
      const result = await runCommand(['generate', '--rate', '0', '--count', '10000'], { env });
      expect(result.exit).toBe(0);
      expect(await recordsIn(own.address, topic)).toBe(10_000);
      expect(Number(/in ([\d.]+) s/.exec(result.stderr)![1])).toBeGreaterThan(0.5);
    } finally {
      await own.stop();
    }
  });
});
