import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import type { MetricsRecord, TimePercentiles } from '../../src/metrics/metrics-record.js';
import { ownNames } from '../pipeline/run.js';
import { createTopic, endOffsets, produce, readAll } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';

const DROPPED = 'login_stream_metrics_records_dropped_total';

function names(): Record<string, string> {
  const settings: Record<string, string> = { ...ownNames(), METRICS_EVERY_SECONDS: '1' };
  return { ...settings, METRICS_TOPIC: settings.INPUT_TOPIC.replace(/-in$/, '-met') };
}

const login = (number: number, change: object = {}) =>
  JSON.stringify({
    user_id: `user-${number}`,
    app_version: '2.3.0',
    device_type: 'ios',
    ip: '50.160.200.36',
    locale: 'NC',
    device_id: `device-${number}`,
    timestamp: Math.floor(Date.now() / 1000),
    ...change,
  });

/** 5,000 messages: of each fifty, 40 are processed, 6 filtered, 3 are no JSON, and one lacks a field. */
function messages() {
  return Array.from({ length: 5_000 }, (_, number) => {
    const kind = number % 50;
    if (kind < 40) return { value: login(number), partition: number % 3 };
    if (kind < 46) return { value: login(number, { device_type: 'web' }), partition: number % 3 };
    if (kind < 49) return { value: `{"user_id":"user-${number}`, partition: number % 3 };
    return { value: login(number, { ip: undefined }), partition: number % 3 };
  });
}

const COUNTS = { total_received_count: 5_000, processed_count: 4_000, filtered_count: 600, error_count: 400 };
const ERROR_TYPES = { not_json: 300, missing_fields: 100 };

async function recordsOf(broker: string, topic: string) {
  const records = await readAll(broker, topic);
  return records.map(({ key, json }) => ({ key: String(key), record: json as unknown as MetricsRecord }));
}

async function countOf(broker: string, topic: string): Promise<number> {
  const [end] = await endOffsets(broker, topic); // it has one partition, and nothing in it is transactional
  return end;
}

function expectOrdered(times: TimePercentiles): void {
  const { p50, p95, p99, max } = times;
  expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].sort((a, b) => a - b));
}

describe('metrics records', () => {
  it('tell at their cadence what the instance did, and the last one how it ended', async () => {
    const settings = names();
    const broker = settings.KAFKA_BROKERS;
    await createTopic(broker, settings.INPUT_TOPIC, 3);
    const begun = Date.now();
    const service = await ServiceProcess.ready(settings);
    try {
      await produce(broker, settings.INPUT_TOPIC, messages());
      await waitFor(
        'every outcome',
        async () => (await service.metric('login_stream_received_total')) === 5_000,
      );
      const soFar = await countOf(broker, settings.METRICS_TOPIC);
      await waitFor(
        'two records more',
        async () => (await countOf(broker, settings.METRICS_TOPIC)) >= soFar + 2,
      );
      expect(await service.metric(DROPPED)).toBe(0);
      expect(await service.stop()).toBe(0);

      const written = await recordsOf(broker, settings.METRICS_TOPIC);
      const records = written.map(({ record }) => record);
      const last = records.at(-1)!;
      expect(new Set(written.map(({ key }) => key))).toEqual(new Set([last.instance_id]));
      expect(last.instance_id.startsWith(`${hostname()}-${service.child.pid}-`)).toBe(true);
      expect(records.map(({ stopping }) => stopping)).toEqual([
        ...new Array<boolean>(records.length - 1).fill(false),
        true,
      ]);

      for (const [index, { window, uptime_seconds, timestamp }] of records.entries()) {
        if (index > 0) expect(window.start).toBe(records[index - 1].window.end);
        expect(timestamp).toBe(Math.floor(window.end));
        expect(uptime_seconds).toBeLessThan((Date.now() - begun) / 1000);
        if (index < records.length - 1) expect(window.end - window.start).toBeGreaterThan(0.9);
      }
      const sum = (count: keyof typeof COUNTS) =>
        records.reduce((total, { window }) => total + window[count], 0);
      for (const [count, expected] of Object.entries(COUNTS)) {
        expect({ count, value: last[count as keyof typeof COUNTS] }).toEqual({ count, value: expected });
        expect({ count, sum: sum(count as keyof typeof COUNTS) }).toEqual({ count, sum: expected });
      }
      expect(last).toMatchObject({
        group_id: settings.KAFKA_GROUP_ID,
        profile: 'standard',
        error_type_counts: ERROR_TYPES,
        clean_type_counts: { filtered_device_type: 600 },
        ...{ lag: 0, max_partition_lag: 0, partitions: 3 },
      });

      const busy = records.filter(({ window }) => window.total_received_count > 0);
      const seconds = (Date.now() - begun) / 1000;
      for (const record of busy) {
        const { window } = record;
        expect(record.messages_per_second * (window.end - window.start)).toBeCloseTo(
          window.total_received_count,
          -2,
        );
        expectOrdered(record.end_to_end_latency_ms!);
        expect(record.end_to_end_latency_ms!.max).toBeLessThan(seconds * 1000);
        expect(record.cpu_percent).toBeGreaterThan(0);
        expect(record.memory.rss_bytes).toBeGreaterThan(record.memory.heap_used_bytes);
      }
      const worked = records.filter((record) => record.processing_time_ms !== null);
      expect(worked.length).toBeGreaterThan(0);
      for (const { processing_time_ms, processing_time_per_message_us } of worked) {
        expectOrdered(processing_time_ms!);
        expect(processing_time_ms!.p50).toBeGreaterThan(0);
        expect(processing_time_per_message_us! / 1000).toBeLessThanOrEqual(processing_time_ms!.max);
      }
      const idle = records.filter((record) => record.window.total_received_count === 0);
      for (const { messages_per_second, end_to_end_latency_ms } of idle)
        expect([messages_per_second, end_to_end_latency_ms]).toEqual([0, null]);
    } finally {
      await service.destroy();
    }
  });

  it.each<Record<string, string>>([{ METRICS_EVERY_SECONDS: '0' }, { METRICS_TOPIC: '' }])(
    'are off with %j',
    async (off) => {
      const { METRICS_TOPIC, ...rest } = names();
      const settings: Record<string, string> = { ...rest, METRICS_TOPIC, TOPICS: 'create-all', ...off };
      await createTopic(settings.KAFKA_BROKERS, METRICS_TOPIC, 1);
      const service = await ServiceProcess.ready(settings);
      try {
        await produce(settings.KAFKA_BROKERS, settings.INPUT_TOPIC, [{ value: login(1) }]);
        await waitFor('the outcome', async () => (await service.metric('login_stream_received_total')) === 1);
        expect(await service.stop()).toBe(0);
        expect(await endOffsets(settings.KAFKA_BROKERS, METRICS_TOPIC)).toEqual([0]);
      } finally {
        await service.destroy();
      }
    },
  );
});

describe('metrics records that cannot be written', () => {
  it('are dropped and counted, and the stream goes on as if nothing had happened', async () => {
    const settings = names();
    const broker = settings.KAFKA_BROKERS;
    await createTopic(broker, settings.INPUT_TOPIC, 3);
    await createTopic(broker, settings.METRICS_TOPIC, 1, { 'max.message.bytes': '100' });
    const service = await ServiceProcess.ready(settings);
    try {
      await waitFor('a dropped record', async () => (await service.metric(DROPPED)) >= 1);
      await produce(broker, settings.INPUT_TOPIC, messages());
      await waitFor(
        'every outcome',
        async () => (await service.metric('login_stream_received_total')) === 5_000,
      );
      const dropped = await service.metric(DROPPED);
      await waitFor('more dropped records', async () => (await service.metric(DROPPED)) >= dropped + 2);
      expect(await service.metric('login_stream_publish_retries_total')).toBe(0);
      expect(await service.metric('login_stream_ready')).toBe(1);
      expect(await service.stop()).toBe(0);
      expect(service.output.match(/Metrics records cannot be written/g)).toHaveLength(1);
      expect(await endOffsets(broker, settings.METRICS_TOPIC)).toEqual([0]);
    } finally {
      await service.destroy();
    }
  });

  it('leave the process alive while the broker is away, and come again with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    let broker = await EmbeddedBroker.start({ env: process.env, dataDir: folder });
    const settings: Record<string, string> = {
      ...names(),
      ...{ KAFKA_BROKERS: broker.address, TOPICS: 'create-all' },
    };
    const service = await ServiceProcess.ready(settings);
    try {
      await waitFor(
        'a metrics record',
        async () => (await countOf(broker.address, settings.METRICS_TOPIC)) > 0,
      );
      broker.kill('SIGKILL');
      await broker.exited;
      await waitFor('two dropped records', async () => (await service.metric(DROPPED)) >= 2);
      expect((await service.get('/health/live'))!.status).toBe(200);
      expect(await service.metric('login_stream_publish_retries_total')).toBe(0);

      const { port } = broker;
      await broker.stop();
      broker = await EmbeddedBroker.start({ env: process.env, dataDir: folder, port });
      await waitFor('the end of the drops to be logged', () =>
        /Metrics records are written again; \d+ were dropped/.test(service.output),
      );
      expect(service.output.match(/Metrics records cannot be written/g)).toHaveLength(1);
      await service.untilReady();
      await produce(broker.address, settings.INPUT_TOPIC, [{ value: login(1) }]);
      await waitFor('the outcome', async () => (await service.metric('login_stream_received_total')) === 1);
    } finally {
      await service.destroy();
      await broker.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
