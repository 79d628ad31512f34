import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CadenceSettings } from '../config/cadence.settings.js';
import { TopicSettings } from '../config/topic.settings.js';

// CommonJS that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { MetricsReporter } = await import('./metrics-reporter.js');

/** The reporter with a producer whose sends the test ends. */
function make({ everySeconds = 5, topic = 'metrics', metrics = true } = {}) {
  const sends: { topic: string; key: string; value: string; end: (error?: Error) => void }[] = [];
  const producer = {
    send: (to: string, key: string, value: string) =>
      new Promise<void>((resolve, reject) => {
        const end = (error?: Error) => (error === undefined ? resolve() : reject(error));
        sends.push({ topic: to, key, value, end });
      }),
    close: jest.fn(),
  };
  let made = 0;
  const recorder = {
    start: jest.fn(),
    stop: jest.fn(),
    next: jest.fn((stopping: boolean) => ({ instance_id: 'me', stopping, made: ++made })),
  };
  const dropped = { inc: jest.fn() };
  const dependencies = [
    { metrics },
    Object.assign(new CadenceSettings(), { metricsEverySeconds: everySeconds }),
    Object.assign(new TopicSettings(), { metrics: topic }),
    ...[recorder, producer, dropped],
  ];
  const reporter = new MetricsReporter(
    ...(dependencies as unknown as ConstructorParameters<typeof MetricsReporter>),
  );
  return { reporter, sends, producer, recorder, dropped };
}

describe('MetricsReporter', () => {
  const said: string[] = [];
  beforeEach(() => {
    jest.useFakeTimers();
    said.length = 0;
    for (const level of ['log', 'warn'] as const)
      jest
        .spyOn(Logger.prototype, level)
        .mockImplementation((message: unknown) => said.push(String(message)));
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('writes a record at each tick, with the instance as the key', async () => {
    const { reporter, sends } = make();
    reporter.start();
    reporter.start();
    await jest.advanceTimersByTimeAsync(4_999);
    expect(sends).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(sends).toEqual([
      expect.objectContaining({
        topic: 'metrics',
        key: 'me',
        value: '{"instance_id":"me","stopping":false,"made":1}',
      }),
    ]);
    sends[0].end();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(sends).toHaveLength(2);
  });

  it.each([{ everySeconds: 0 }, { topic: '' }, { metrics: false }])('does nothing with %j', async (off) => {
    const { reporter, sends, recorder } = make(off);
    reporter.start();
    expect(jest.getTimerCount()).toBe(0);
    await reporter.stop();
    expect(recorder.start).not.toHaveBeenCalled();
    expect(sends).toEqual([]);
  });

  it('has never two sends at once: the window of one that would have to wait goes on', async () => {
    const { reporter, sends, recorder } = make();
    reporter.start();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(sends).toHaveLength(1);
    expect(recorder.next).toHaveBeenCalledTimes(1);
    sends[0].end();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(recorder.next).toHaveBeenCalledTimes(2);
  });

  it('drops what cannot be written, counts each, and speaks once when it begins and once when it ends', async () => {
    const { reporter, sends, dropped } = make();
    reporter.start();
    for (let tick = 0; tick < 3; tick++) {
      await jest.advanceTimersByTimeAsync(5_000);
      sends[tick].end(new Error('no broker'));
    }
    await jest.advanceTimersByTimeAsync(5_000);
    sends[3].end();
    await jest.advanceTimersByTimeAsync(5_000);
    sends[4].end();
    await jest.advanceTimersByTimeAsync(0);
    expect(dropped.inc).toHaveBeenCalledTimes(3);
    expect(said).toEqual([
      'Metrics records cannot be written to metrics and are dropped: no broker',
      'Metrics records are written again; 3 were dropped',
    ]);
  });

  it('survives a record that cannot be made', async () => {
    const { reporter, sends, recorder, dropped } = make();
    recorder.next.mockImplementationOnce(() => {
      throw new Error('no figures');
    });
    reporter.start();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(dropped.inc).toHaveBeenCalledTimes(1);
    expect(sends).toHaveLength(1);
  });

  it('writes a last record when it stops, and then lets go of everything', async () => {
    const { reporter, sends, producer, recorder } = make();
    reporter.start();
    const stopped = reporter.stop();
    await jest.advanceTimersByTimeAsync(0);
    expect(sends.map(({ value }) => value)).toEqual(['{"instance_id":"me","stopping":true,"made":1}']);
    expect(producer.close).not.toHaveBeenCalled();
    sends[0].end();
    await stopped;
    await reporter.stop();
    expect(producer.close).toHaveBeenCalledTimes(1);
    expect(recorder.stop).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends a send that is going on before the last one, and waits a second for both at most', async () => {
    const { reporter, sends, producer } = make();
    reporter.start();
    await jest.advanceTimersByTimeAsync(5_000);
    const stopped = reporter.stop();
    await jest.advanceTimersByTimeAsync(999);
    expect(sends).toHaveLength(1);
    expect(producer.close).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    await stopped;
    expect(producer.close).toHaveBeenCalledTimes(1);
    expect(said).toEqual([expect.stringMatching(/^No last metrics record: .*1000 ms/)]);
  });
});
