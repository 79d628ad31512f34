import { describe, expect, it, jest } from '@jest/globals';
import { KafkaSettings } from '../config/kafka.settings.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import type { StreamMetrics } from '../metrics/stream-metrics.js';
import type { StateKeeper } from '../recovery/state-keeper.js';
import { Lifecycle } from './lifecycle.js';

/** As Terminus has it. That package is CommonJS and requires Nest's ES modules, which Jest cannot load on Node 20. */
class HealthIndicatorService {
  check(key: string) {
    const result = (status: string) => (detail: object) => ({ [key]: { status, ...detail } });
    return { up: result('up'), down: result('down') };
  }
}
jest.unstable_mockModule('@nestjs/terminus', () => ({ HealthIndicatorService }));
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { ProgressIndicator } = await import('./progress.indicator.js');
const { StreamIndicator } = await import('./stream.indicator.js');
const { StateIndicator } = await import('./state.indicator.js');

const indicators = new HealthIndicatorService() as never;

describe('StreamIndicator', () => {
  function make() {
    const consumer = new ConsumerHealth();
    const lifecycle = new Lifecycle();
    const metrics = { waitingPartitions: 0, account: { received: 3, processed: 1, filtered: 1, errors: 1 } };
    const settings = Object.assign(new KafkaSettings(), { groupId: 'the-group' });
    const indicator = new StreamIndicator(
      ...([indicators, consumer, lifecycle, metrics as unknown as StreamMetrics, settings] as const),
    );
    return { consumer, lifecycle, metrics, indicator };
  }

  it.each(['connecting to Kafka', 'preparing topics', 'joining the group', 'stopping'] as const)(
    'is down while %s, and says so',
    (phase) => {
      const { indicator, lifecycle, consumer } = make();
      consumer.joined([0]);
      consumer.tookOver();
      lifecycle.phase = phase;
      expect(indicator.obstacle()).toBe(phase);
      expect(indicator.check()).toMatchObject({ stream: { status: 'down', message: phase } });
    },
  );

  it('is up when it runs and is a member of the group, with what people ask for', () => {
    const { indicator, lifecycle, consumer } = make();
    lifecycle.phase = 'running';
    consumer.joined([2, 5]);
    consumer.tookOver();
    expect(indicator.obstacle()).toBeNull();
    expect(indicator.check()).toEqual({
      stream: {
        ...{ status: 'up', phase: 'running', group: 'the-group', partitions: [2, 5], lag: 0 },
        ...{ received: 3, processed: 1, filtered: 1, errors: 1 },
      },
    });
  });

  it('is down while the group rebalances, and again up after it', () => {
    const { indicator, lifecycle, consumer } = make();
    lifecycle.phase = 'running';
    expect(indicator.obstacle()).toBe('joining the group');
    consumer.joined([0]);
    consumer.tookOver();
    consumer.left();
    expect(indicator.obstacle()).toBe('joining the group');
    consumer.joined([]);
    consumer.tookOver();
    expect(indicator.obstacle()).toBeNull();
  });

  it('is down when Kafka has been silent for longer than a session, and says for how long', () => {
    const { indicator, lifecycle, consumer } = make();
    lifecycle.phase = 'running';
    consumer.joined([0]);
    consumer.tookOver();
    consumer.lastProgressAt = Date.now() - 14_000;
    expect(indicator.obstacle()).toBeNull();
    consumer.lastProgressAt = Date.now() - 16_000;
    expect(indicator.obstacle()).toBe('Kafka has not answered for 16 seconds');
  });

  it('is down while outcomes wait for Kafka', () => {
    const { indicator, lifecycle, consumer, metrics } = make();
    lifecycle.phase = 'running';
    consumer.joined([0]);
    consumer.tookOver();
    metrics.waitingPartitions = 2;
    expect(indicator.check()).toMatchObject({
      stream: { status: 'down', message: expect.stringMatching(/2 .*waiting/) },
    });
  });
});

describe('ProgressIndicator', () => {
  const HOUR_MS = 3_600_000;

  /** The indicator after a time in which the consumer gave no sign. */
  function afterSilence(milliseconds: number, phase: Lifecycle['phase']) {
    const consumer = new ConsumerHealth();
    const lifecycle = Object.assign(new Lifecycle(), { phase });
    consumer.lastProgressAt = Date.now() - milliseconds;
    return { consumer, indicator: new ProgressIndicator(indicators, consumer, lifecycle) };
  }

  it.each(['connecting to Kafka', 'preparing topics', 'joining the group', 'stopping'] as const)(
    'stays up while %s: no restart would help',
    (phase) => {
      expect(afterSilence(HOUR_MS, phase).indicator.check()).toMatchObject({ progress: { status: 'up' } });
    },
  );

  it('is down when a running consumer has stopped going round, and says what to do', () => {
    const { progress } = afterSilence(HOUR_MS, 'running').indicator.check();
    expect(progress).toMatchObject({
      status: 'down',
      secondsSinceProgress: 3_600,
      message: expect.stringContaining('restart'),
    });
  });

  it('is up through a wait of a minute, which any broker may cause', () => {
    expect(afterSilence(60_000, 'running').indicator.check()).toMatchObject({ progress: { status: 'up' } });
  });

  it.each(['heartbeat', 'fetch', 'settled batch', 'join'])('takes a %s for progress', (sign) => {
    jest.useFakeTimers();
    try {
      const { consumer, indicator } = afterSilence(HOUR_MS, 'running');
      if (sign === 'heartbeat') consumer.beat();
      else if (sign === 'fetch') consumer.fetched(0, { highWatermark: 1 } as never);
      else if (sign === 'settled batch') consumer.settled(0, 1);
      else consumer.joined([0]);
      expect(indicator.check()).toMatchObject({ progress: { status: 'up', secondsSinceProgress: 0 } });
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('StateIndicator', () => {
  const well = { figures: null, recovered: { records: 0, seconds: 0, losses: [] }, trouble: null };
  const check = (keeper: Partial<StateKeeper>) =>
    new StateIndicator(indicators, { ...well, ...keeper } as StateKeeper).check().state;

  it('is up before the first checkpoint, and with a store that writes none', () => {
    expect(check({})).toEqual({ status: 'up', recovered: { records: 0, seconds: 0 } });
  });

  it('tells of the last checkpoint and of the recovery', () => {
    const figures = { at: Date.now() - 12_000, bytes: 345, pauseSeconds: 0.01, seconds: 1, failures: 2 };
    expect(check({ figures, recovered: { records: 7, seconds: 1.26, losses: [] } })).toEqual({
      status: 'up',
      checkpoint: { secondsAgo: 12, bytes: 345, failures: 2 },
      recovered: { records: 7, seconds: 1.3 },
    });
    expect(check({ figures: { ...figures, at: 0 } })).toMatchObject({ checkpoint: { secondsAgo: null } });
  });

  it('is down while state cannot be written, and says why', () => {
    expect(check({ trouble: 'The disk is full.' })).toMatchObject({
      status: 'down',
      message: 'The disk is full.',
    });
  });

  it('is down when something is missing, and says what, as long as the process lives', () => {
    const recovered = { records: 7, seconds: 1, losses: ['offsets 1–2 are gone'] };
    const lacking = { status: 'down', missing: ['offsets 1–2 are gone'] };
    expect(check({ recovered })).toMatchObject({ ...lacking, message: expect.stringMatching(/lenient/) });
    expect(check({ recovered, trouble: 'The disk is full.' })).toMatchObject({
      ...lacking,
      message: 'The disk is full.',
    });
  });
});
