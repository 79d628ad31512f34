import { beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../service/free-port.js';
import { createTopic, produce, sharedBroker, uniqueName } from '../support/kafka.js';
import { runCommand } from './run-command.js';

const names = Object.fromEntries(
  ['INPUT', 'OUTPUT', 'ERROR', 'FILTERED', 'METRICS'].map((role) => [
    `${role}_TOPIC`,
    uniqueName(role.toLowerCase()),
  ]),
) as Record<`${'INPUT' | 'OUTPUT' | 'ERROR' | 'FILTERED' | 'METRICS'}_TOPIC`, string>;

const env = () => ({ KAFKA_BROKERS: sharedBroker(), SUMMARY_TOPIC: '', ...names });

describe('login-stream topics', () => {
  beforeAll(async () => {
    await createTopic(sharedBroker(), names.INPUT_TOPIC, 3, { 'retention.ms': '7200000' });
    await createTopic(sharedBroker(), names.OUTPUT_TOPIC, 2, {
      'cleanup.policy': 'compact',
      'retention.bytes': '1048576',
      'max.message.bytes': '4194304',
    });
    await produce(
      sharedBroker(),
      names.INPUT_TOPIC,
      [0, 0, 2, 2, 2].map((partition) => ({ value: 'x', partition })),
    );
  });

  it('shows a line for each topic: those that exist, are missing, or are off', async () => {
    const { exit, stdout, stderr } = await runCommand(['topics'], { env: env() });
    expect(exit).toBe(0);
    const line = (role: string) =>
      stdout
        .split('\n')
        .find((each) => each.startsWith(role))
        ?.split(/ {2,}/);
    expect(line('input')).toEqual(['input', names.INPUT_TOPIC, '3', '1', '5', '1 MiB', 'delete', '2 hours']);
    expect(line('processed')).toEqual([
      ...['processed', names.OUTPUT_TOPIC, '2', '1', '0', '4 MiB', 'compact'],
      '7 days, 1 MiB a partition',
    ]);
    expect(line('error')).toEqual(['error', names.ERROR_TOPIC, 'missing']);
    expect(line('summary')).toEqual(['summary', '(off: SUMMARY_TOPIC is empty)']);
    expect(stderr).toBe(
      `Missing: ${names.ERROR_TOPIC}, ${names.FILTERED_TOPIC}, ${names.METRICS_TOPIC}. ` +
        'With TOPICS=create the service creates missing output topics at start, and waits for a missing input topic.\n',
    );
  });

  it('gives every figure with --json, partitions included', async () => {
    const { exit, stdout } = await runCommand(['topics', '--json'], { env: env() });
    expect(exit).toBe(0);
    const { topics } = JSON.parse(stdout) as { topics: Record<string, unknown>[] };
    expect(topics.map(({ role }) => role)).toEqual([
      ...['input', 'processed', 'error', 'filtered', 'summary', 'metrics'],
    ]);
    const [leader] = (topics[0].partitions as { leader: number }[]).map((each) => each.leader);
    const partition = (id: number, end: number) => ({
      ...{ partition: id, start_offset: 0, end_offset: end },
      ...{ leader, replicas: [leader], in_sync: [leader] },
    });
    expect(topics[0]).toEqual({
      role: 'input',
      variable: 'INPUT_TOPIC',
      topic: names.INPUT_TOPIC,
      exists: true,
      replication: 1,
      records: 5,
      max_message_bytes: 1_048_588,
      cleanup_policy: 'delete',
      retention_ms: 7_200_000,
      retention_bytes: -1,
      partitions: [partition(0, 2), partition(1, 0), partition(2, 3)],
    });
    expect(topics[4]).toMatchObject({ role: 'summary', topic: null, exists: false, records: null });
  });

  it('shows offsets and leaders with --partitions', async () => {
    const { stdout } = await runCommand(['topics', '--partitions'], { env: env() });
    expect(stdout).toMatch(new RegExp(`^${names.INPUT_TOPIC} +2 +0 +3 +\\d+ +\\d+ +\\d+$`, 'm'));
  });
});

describe.each(['topics', 'groups'])('login-stream %s without a cluster', (name) => {
  it('says what to set when none is configured', async () => {
    const { exit, stdout, stderr } = await runCommand([name]);
    expect(exit).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^No cluster is configured\. Set KAFKA_BROKERS/);
    expect(stderr).toMatch(/npm run demo/);
  });

  it('says in one sentence that it cannot be reached, and soon', async () => {
    const port = await freePort();
    const start = performance.now();
    const { exit, stdout, stderr } = await runCommand([name], {
      env: { KAFKA_BROKERS: `127.0.0.1:${port}` },
    });
    expect(exit).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Cannot reach Kafka at 127\.0\.0\.1:\d+ \(KAFKA_BROKERS\): .*ECONNREFUSED.*\n$/);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
