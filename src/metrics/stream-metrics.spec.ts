import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { OutcomeTally } from '../publishing/outcome-tally.js';
import { METRICS } from './metric-definitions.js';
import type { MetricDefinition } from './metric-definitions.js';
import type { StreamMetrics as StreamMetricsType } from './stream-metrics.js';

// A CommonJS package that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { StreamMetrics } = await import('./stream-metrics.js');

/** Real metrics in a registry of their own. */
function make(registry: Registry): StreamMetricsType {
  const metric = ({ type, name, help, labels = [] }: MetricDefinition) => {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') return new Counter(options);
    return type === 'gauge' ? new Gauge(options) : new Histogram(options);
  };
  const all = [
    METRICS.received,
    METRICS.records,
    METRICS.filtered,
    METRICS.errors,
    METRICS.imbalance,
    METRICS.batchRecords,
    METRICS.processing,
    METRICS.publishing,
    METRICS.latency,
    METRICS.retries,
    METRICS.offsetResets,
  ];
  return new StreamMetrics(...(all.map(metric) as unknown as ConstructorParameters<typeof StreamMetrics>));
}

function tallyOf(processed: number, filtered: number, errors: number): OutcomeTally {
  const tally = new OutcomeTally();
  tally.processed = processed;
  for (let i = 0; i < filtered; i++)
    tally.countFiltered(i % 2 === 0 ? 'filtered_age' : 'filtered_device_type');
  for (let i = 0; i < errors; i++) tally.countError('not_json');
  return tally;
}

/** Records that arrived so many milliseconds ago. */
const arrived = (count: number, agoMs = 0) =>
  Array.from({ length: count }, () => ({ timestamp: String(Date.now() - agoMs) }));

describe('StreamMetrics', () => {
  let registry: Registry;
  let metrics: StreamMetricsType;
  beforeEach(() => {
    registry = new Registry();
    metrics = make(registry);
  });

  const lines = async (name: string) =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));

  it('counts received records and outcomes by partition, reasons and types in all', async () => {
    metrics.settled(0, arrived(10), tallyOf(5, 3, 2));
    metrics.settled(1, arrived(4), tallyOf(4, 0, 0));
    metrics.settled(0, arrived(1), tallyOf(0, 0, 1));
    expect(await lines('login_stream_received_total')).toEqual([
      'login_stream_received_total{partition="0"} 11',
      'login_stream_received_total{partition="1"} 4',
    ]);
    expect(await lines('login_stream_records_total{partition="0"')).toEqual([
      'login_stream_records_total{partition="0",outcome="processed"} 5',
      'login_stream_records_total{partition="0",outcome="filtered"} 3',
      'login_stream_records_total{partition="0",outcome="error"} 3',
    ]);
    expect(await lines('login_stream_filtered_total')).toEqual([
      'login_stream_filtered_total{reason="filtered_age"} 2',
      'login_stream_filtered_total{reason="filtered_device_type"} 1',
    ]);
    expect(await lines('login_stream_errors_total')).toEqual([
      'login_stream_errors_total{error_type="not_json"} 3',
    ]);
    expect(await lines('login_stream_imbalance_records')).toEqual(['login_stream_imbalance_records 0']);
    expect(metrics.account).toEqual({ received: 15, processed: 9, filtered: 3, errors: 3 });
    expect(metrics.errorTypes).toEqual(new Map([['not_json', 3]]));
    expect(metrics.cleanTypes).toEqual(
      new Map([
        ['filtered_age', 2],
        ['filtered_device_type', 1],
      ]),
    );
  });

  it('shows an imbalance of 0 before anything has come', async () => {
    expect(await lines('login_stream_imbalance_records')).toEqual(['login_stream_imbalance_records 0']);
  });

  it('shows it when outcomes are missing or too many: received is counted apart from them', async () => {
    metrics.settled(0, arrived(10), tallyOf(5, 2, 2));
    expect(await lines('login_stream_imbalance_records')).toEqual(['login_stream_imbalance_records 1']);
    metrics.settled(0, arrived(1), tallyOf(2, 1, 0));
    expect(await lines('login_stream_imbalance_records')).toEqual(['login_stream_imbalance_records -1']);
  });

  it('takes the latency from the oldest arrival, and never below zero', async () => {
    metrics.settled(0, [...arrived(1), ...arrived(1, 20_000), ...arrived(1)], tallyOf(3, 0, 0));
    metrics.settled(0, arrived(1, -60_000), tallyOf(1, 0, 0));
    const [sum] = await lines('login_stream_end_to_end_latency_seconds_sum');
    const seconds = Number(sum.split(' ')[1]);
    expect(seconds).toBeGreaterThanOrEqual(20);
    expect(seconds).toBeLessThan(30);
  });

  it('keeps the times of every record for the metrics record', () => {
    metrics.processedBatch(4, 0.002);
    metrics.settled(0, [...arrived(3), ...arrived(1, 20_000)], tallyOf(4, 0, 0));
    expect(metrics.times.processing.count).toBe(4);
    expect(metrics.times.processing.max).toBe(2_000);
    expect(metrics.times.latency.count).toBe(4);
    expect(metrics.times.latency.max).toBeGreaterThanOrEqual(20_000);
    expect(metrics.times.latency.percentile(0.5)).toBeLessThan(10_000);
  });

  it('knows the partitions whose outcomes wait: until they are written, or another owner has them', () => {
    metrics.retried(3);
    metrics.retried(3);
    metrics.retried(4);
    expect(metrics.waitingPartitions).toBe(2);
    metrics.published(3, 0.1);
    expect(metrics.waitingPartitions).toBe(1);
    metrics.released(4);
    expect(metrics.waitingPartitions).toBe(0);
  });
});

describe('the list of metrics', () => {
  it('has one prefix, a sentence for each, and the usual endings', () => {
    for (const { type, name, help } of Object.values<MetricDefinition>(METRICS)) {
      expect(name).toMatch(/^login_stream_[a-z_]+$/);
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
      expect({ name, total: name.endsWith('_total') }).toEqual({ name, total: type === 'counter' });
    }
  });
});
