import { afterEach, describe, expect, it } from '@jest/globals';
import { createTopic, kafkaAt, produce, sharedBroker, uniqueName, withAdmin } from '../support/kafka.js';
import type { InputMessage } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { ownNames } from '../pipeline/run.js';
import { runCommand, runIntoClosedPipe } from './run-command.js';
import { RunningCommand } from './running-command.js';

const env = { KAFKA_BROKERS: sharedBroker() };
const CLIENT_ID = 'login-stream-cli';

async function topicWith(messages: readonly InputMessage[], partitions = 1): Promise<string> {
  const topic = uniqueName('tailed');
  await createTopic(sharedBroker(), topic, partitions);
  await produce(sharedBroker(), topic, messages);
  return topic;
}

const jsonLines = (stdout: string) =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { partition: number; offset: number; value: unknown });

/** Everything that belongs to a group now, by client id. */
const clientsInGroups = () =>
  withAdmin(sharedBroker(), async (admin) => {
    const { groups } = await admin.listGroups();
    if (groups.length === 0) return [];
    const described = await admin.describeGroups(groups.map(({ groupId }) => groupId));
    return described.groups.flatMap(({ members }) => members.map(({ clientId }) => clientId));
  });

describe('login-stream tail', () => {
  let running: RunningCommand | undefined;
  let service: ServiceProcess | undefined;
  afterEach(async () => {
    await running?.destroy();
    await service?.destroy();
    running = service = undefined;
  });

  it('shows all records of all partitions as lines of JSON, up to the end', async () => {
    const messages = Array.from({ length: 300 }, (_, n) => ({ value: `{"n": ${n}}`, partition: n % 3 }));
    const topic = await topicWith(messages, 3);
    const { exit, stdout, stderr } = await runCommand(['tail', topic, '--no-follow', '--json'], { env });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const records = jsonLines(stdout);
    expect(records.map(({ value }) => (value as { n: number }).n).sort((a, b) => a - b)).toEqual(
      messages.map((_, n) => n),
    );
    for (const partition of [0, 1, 2])
      expect(records.filter((record) => record.partition === partition).map(({ offset }) => offset)).toEqual(
        Array.from({ length: 100 }, (_, offset) => offset),
      );
  });

  it('shows key, headers, time and value for people, without colours in a pipe', async () => {
    const topic = await topicWith([
      { key: 'k', value: '{"a": 1}', headers: { h: 'x' }, timestamp: '1700000000123' },
      { key: null, value: Buffer.from([0xff]), timestamp: '1700000000124' },
    ]);
    const { stdout } = await runCommand(['tail', topic, '--no-follow'], { env });
    expect(stdout).toBe(
      '0@0  2023-11-14T22:13:20.123Z  k  h=x\n{"a": 1}\n' +
        '0@1  2023-11-14T22:13:20.124Z  (no key)\n(not UTF-8, base64) /w==\n',
    );
  });

  it('follows until it is interrupted, with no consumer group', async () => {
    const topic = await topicWith([{ value: '"first"' }]);
    running = RunningCommand.start(['tail', topic], env);
    await running.until('stdout', /"first"/);
    await produce(sharedBroker(), topic, [{ value: '"second"' }]);
    await running.until('stdout', /"second"/);
    expect(await clientsInGroups()).not.toContain(CLIENT_ID);
    running.signal('SIGINT');
    expect(await running.exit).toBe(0);
    expect(running.stderr).toBe('');
    expect(running.stdout.match(/"(first|second)"/g)).toEqual(['"first"', '"second"']);
  });

  it('shows only new records with --from-end', async () => {
    const topic = await topicWith([{ value: '"old"' }]);
    running = RunningCommand.start(['tail', topic, '--from-end', '--max', '1'], env);
    const { exit } = running;
    let ended = false;
    void exit.then(() => (ended = true));
    await waitFor('a new record', async () => {
      await produce(sharedBroker(), topic, [{ value: '"new"' }]);
      return ended;
    });
    expect(await exit).toBe(0);
    expect(running.stdout).toMatch(/\n"new"\n$/);
    expect(running.stdout).not.toContain('"old"');
  });

  it('ends after --max records', async () => {
    const topic = await topicWith(Array.from({ length: 50 }, (_, n) => ({ value: String(n) })));
    const { exit, stdout } = await runCommand(['tail', topic, '--max', '7', '--json'], { env });
    expect(exit).toBe(0);
    expect(jsonLines(stdout).map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const topic = await topicWith(Array.from({ length: 500 }, () => ({ value: 'x'.repeat(1_000) })));
    expect(await runIntoClosedPipe(['tail', topic], env)).toEqual({ exit: 0, stderr: '' });
  });

  it('shows aborted records only with --uncommitted', async () => {
    const topic = await topicWith([{ value: '1' }]);
    const producer = kafkaAt(sharedBroker()).producer({ transactionalId: topic, idempotent: true });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ value: '2' }] });
    await transaction.abort();
    await producer.disconnect();
    const valuesWith = async (...options: string[]) => {
      const { stdout } = await runCommand(['tail', topic, '--no-follow', '--json', ...options], { env });
      return jsonLines(stdout).map(({ value }) => value);
    };
    expect(await valuesWith()).toEqual([1]);
    expect(await valuesWith('--uncommitted')).toEqual([1, 2]);
  });

  it('waits for a topic that is not there yet', async () => {
    const topic = uniqueName('tailed');
    running = RunningCommand.start(['tail', topic, '--max', '1'], env);
    await running.until('stderr', new RegExp(`Waiting, for \\d+ s at most: There is no topic ${topic}`));
    await createTopic(sharedBroker(), topic, 1);
    await produce(sharedBroker(), topic, [{ value: '"here"' }]);
    expect(await running.exit).toBe(0);
    expect(running.stdout).toContain('"here"');
  });

  it.each([
    [['there-is-no-such-topic', '--wait', '1'], /There is no topic there-is-no-such-topic/],
    [['no such name'], /topic/i],
    [['filtered'], /FILTERED_TOPIC is empty/],
    [['input', '--verify'], /There is no schema to verify user-login with/],
    [['output', '--max', '0'], /--max.*whole number of at least 1/],
    [['output', '--from-end', '--no-follow'], /--from-end.*--no-follow/],
    [[], /missing required argument 'topic'/],
  ])('says what is wrong with %j and exits with 1', async (args, message) => {
    const settings = { ...env, FILTERED_TOPIC: '' };
    const { exit, stdout, stderr } = await runCommand(['tail', ...args], { env: settings });
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  describe('--verify', () => {
    it('finds records that break their schema, and says which, but not their values', async () => {
      const topic = await topicWith([
        { value: '{"user_id": "somebody"}' },
        { value: 'somebody' },
        { value: null },
      ]);
      const args = ['tail', 'output', '--no-follow', '--verify', '--json'];
      const { exit, stdout, stderr } = await runCommand(args, { env: { ...env, OUTPUT_TOPIC: topic } });
      expect(exit).toBe(1);
      expect(jsonLines(stdout)).toHaveLength(3);
      expect(stderr).toMatch(new RegExp(`^${topic} 0@0: /ip .*\\[required\\]$`, 'm'));
      expect(stderr).toContain(`${topic} 0@1: (record) must be JSON [json]\n`);
      expect(stderr).toContain(`${topic} 0@2: (record) must be JSON [json]\n`);
      expect(stderr).toMatch(new RegExp(`3 records of ${topic} checked: 3 NOT VALID\n$`));
      expect(stderr).not.toContain('somebody');
    });

    it('finds everything valid that the service writes of generated traffic', async () => {
      const names = ownNames();
      await createTopic(sharedBroker(), names.INPUT_TOPIC, 2);
      service = await ServiceProcess.ready({
        ...names,
        DEDUPE_SECONDS: '600',
        SUMMARY_EVERY_MESSAGES: '500',
      });
      const generated = await runCommand(
        ['generate', '--count', '3000', '--rate', '0', '--bad-percent', '20'],
        {
          env: names,
        },
      );
      expect(generated.exit).toBe(0);
      await waitFor(
        'every outcome',
        async () => (await service!.metric('login_stream_records_total')) === 3_000,
      );
      for (const role of ['output', 'error', 'filtered']) {
        const { exit, stdout, stderr } = await runCommand(['tail', role, '--no-follow', '--verify'], {
          env: names,
        });
        expect(stderr).toMatch(/^[\d,]+ records? of \S+ checked: all valid\n$/);
        expect(exit).toBe(0);
        expect(stdout.length).toBeGreaterThan(1_000);
      }
      expect(await service.stop()).toBe(0);
    });
  });
});
