import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KafkaSettings } from '../config/kafka.settings.js';
import { ProfileSettings } from '../config/profile.settings.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { StreamTimes } from './stream-times.js';

// A CommonJS package that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { MetricsRecorder } = await import('./metrics-recorder.js');

const START_MS = 1_729_894_075_250;

function make() {
  const metrics = {
    account: { received: 0, processed: 0, filtered: 0, errors: 0 },
    errorTypes: new Map<string, number>(),
    cleanTypes: new Map<string, number>(),
    times: new StreamTimes(),
  };
  const consumer = new ConsumerHealth();
  const kafka = Object.assign(new KafkaSettings(), { groupId: 'the-group' });
  const recorder = new MetricsRecorder(metrics as never, consumer, kafka, new ProfileSettings());
  return { metrics, consumer, recorder };
}

describe('MetricsRecorder', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: START_MS });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('gives counts since the start of the process, and those of the window beside them', () => {
    const { metrics, recorder } = make();
    Object.assign(metrics.account, { received: 5, processed: 5 });
    recorder.start();
    Object.assign(metrics.account, { received: 105, processed: 85, filtered: 15, errors: 5 });
    metrics.errorTypes.set('not_json', 3).set('too_deep', 2);
    metrics.cleanTypes.set('duplicate', 15);
    jest.advanceTimersByTime(5_000);
    expect(recorder.next(false)).toMatchObject({
      timestamp: 1_729_894_080,
      stopping: false,
      messages_per_second: 20,
      processed_per_second: 16,
      filtered_per_second: 3,
      errors_per_second: 1,
      ...{ total_received_count: 105, processed_count: 85, filtered_count: 15, error_count: 5 },
      error_type_counts: { not_json: 3, too_deep: 2 },
      clean_type_counts: { duplicate: 15 },
      window: {
        start: 1_729_894_075.25,
        end: 1_729_894_080.25,
        ...{ total_received_count: 100, processed_count: 80, filtered_count: 15, error_count: 5 },
        error_type_counts: { not_json: 3, too_deep: 2 },
      },
    });

    Object.assign(metrics.account, { received: 106, errors: 6 });
    metrics.errorTypes.set('too_deep', 3);
    jest.advanceTimersByTime(500);
    expect(recorder.next(true)).toMatchObject({
      stopping: true,
      messages_per_second: 2,
      error_type_counts: { not_json: 3, too_deep: 3 },
      window: {
        start: 1_729_894_080.25,
        end: 1_729_894_080.75,
        total_received_count: 1,
        error_type_counts: { too_deep: 1 },
      },
    });
  });

  it('gives the times of the window only, in milliseconds, and null where there are none', () => {
    const { metrics, recorder } = make();
    metrics.times.processed(10, 9);
    recorder.start();
    metrics.times.processed(90, 0.0005);
    metrics.times.processed(10, 0.25);
    metrics.times.settled([{ timestamp: String(START_MS - 40) }], START_MS);
    jest.advanceTimersByTime(1_000);
    const record = recorder.next(false);
    expect(record.processing_time_ms).toEqual({ p50: 0.5, p95: 250, p99: 250, max: 250 });
    expect(record.processing_time_per_message_us).toBe(2_505);
    expect(record.end_to_end_latency_ms).toEqual({ p50: 40, p95: 40, p99: 40, max: 40 });
    expect(recorder.next(false)).toMatchObject({
      messages_per_second: 0,
      processing_time_ms: null,
      processing_time_per_message_us: null,
      end_to_end_latency_ms: null,
    });
  });

  it('gives the lag of all partitions together and the greatest one', () => {
    const { consumer, recorder } = make();
    recorder.start();
    consumer.joined([0, 1, 2]);
    consumer.fetched(0, { highWatermark: 100 } as never);
    consumer.settled(0, 90);
    consumer.fetched(1, { highWatermark: 500 } as never);
    consumer.settled(1, 200);
    expect(recorder.next(false)).toMatchObject({ lag: 310, max_partition_lag: 300, partitions: 3 });
    consumer.joined([]);
    expect(recorder.next(false)).toMatchObject({ lag: 0, max_partition_lag: 0, partitions: 0 });
  });

  it('says who it is, and has no field that JSON would leave out', () => {
    const { recorder } = make();
    recorder.start();
    const first = recorder.next(false);
    const { instance_id, group_id, profile, version } = recorder.next(false);
    expect({ group_id, profile }).toEqual({ group_id: 'the-group', profile: 'standard' });
    expect(instance_id).toBe(first.instance_id);
    expect(instance_id).toMatch(new RegExp(`^.+-${process.pid}-[0-9a-z]{8,9}$`));
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  });
});
