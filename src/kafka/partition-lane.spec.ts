import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { BatchLease } from '../pipeline/batch-lease.js';
import type { LaneProducer } from './lane-producer.js';
import { PartitionLane } from './partition-lane.js';
import type { LanePort, Outcomes } from './partition-lane.js';

/** What a broker makes hard to reach; the rest is in `test/kafka`. */
describe('PartitionLane', () => {
  /** Resolves, or rejects, the commits of the lane, in order of their beginning. */
  let commits: { offset: number; done: () => void; fail: (error: Error) => void }[];
  let opened: number;
  let closed: number;
  let committed: number | null;
  let logEnd: number;
  let sent: number[][];
  let lane: PartitionLane;

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    [commits, sent, opened, closed, committed, logEnd] = [[], [], 0, 0, null, 0];
    const port: LanePort = {
      openProducer: async () => {
        opened++;
        return { close: () => closed++ } as unknown as LaneProducer;
      },
      committedOffset: async () => committed,
      logEndOffset: async () => logEnd,
      refreshTopics: async () => undefined,
      encode: async (topics) => {
        sent.push(topics.flatMap(({ records }) => records.map(({ sourceOffset }) => sourceOffset)));
        return [];
      },
      commit: (_producer, _rounds, offset) =>
        new Promise((done, fail) => commits.push({ offset, done, fail })),
      retried: () => undefined,
      offsetReset: () => undefined,
    };
    lane = new PartitionLane('topic-0', port);
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const lease = (epoch = 1, overrides: Partial<BatchLease> = {}) =>
    ({
      epoch,
      highWatermark: 1_000,
      isRunning: () => true,
      heartbeat: async () => undefined,
      ...overrides,
    }) as BatchLease;

  function outcomes(firstOffset: number, endOffset: number): Outcomes & { settlements: number } {
    const records = Array.from({ length: endOffset - firstOffset }, (_, index) => ({
      key: null,
      value: '',
      headers: undefined,
      sourceOffset: firstOffset + index,
    }));
    const made = {
      topics: [{ topic: 'output', records }],
      firstOffset,
      endOffset,
      settlements: 0,
      settled: () => void made.settlements++,
    };
    return made;
  }

  const begun = async (count: number) => {
    while (commits.length < count) await turn();
  };

  it('gives an attempt up that hangs, and is not touched by what becomes of it', async () => {
    await lane.claim(lease());
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] });
    const batch = outcomes(0, 3);
    const publishing = lane.publish(batch, lease());
    await begun(1);
    await jest.advanceTimersByTimeAsync(30_000);
    jest.useRealTimers();
    await begun(2);
    expect([opened, closed]).toEqual([2, 1]);
    commits[0].done();
    await turn();
    expect(batch.settlements).toBe(0);
    commits[1].done();
    await publishing;
    expect(batch.settlements).toBe(1);
    expect([opened, closed]).toEqual([2, 1]);
  });

  it('sends only what is not committed when an unknown result turns out as done in part', async () => {
    await lane.claim(lease());
    const batch = outcomes(10, 16);
    const publishing = lane.publish(batch, lease());
    await begun(1);
    committed = 14;
    commits[0].fail(new Error('connection lost'));
    await begun(2);
    commits[1].done();
    await publishing;
    expect(sent).toEqual([
      [10, 11, 12, 13, 14, 15],
      [14, 15],
    ]);
    expect(batch.settlements).toBe(1);
  });

  it('sends nothing again when an unknown result turns out as done', async () => {
    await lane.claim(lease());
    const batch = outcomes(0, 5);
    const publishing = lane.publish(batch, lease());
    await begun(1);
    committed = 5;
    commits[0].fail(new Error('connection lost'));
    await publishing;
    expect([commits.length, batch.settlements]).toEqual([1, 1]);
    expect(await lane.claim(lease())).toBe(5);
  });

  it('opens one producer for many batches of one membership, and a new one after a join', async () => {
    for (const first of [0, 10, 20]) {
      await lane.claim(lease());
      const publishing = lane.publish(outcomes(first, first + 10), lease());
      await begun(first / 10 + 1);
      commits[first / 10].done();
      await publishing;
    }
    expect(opened).toBe(1);
    committed = 30;
    expect(await lane.claim(lease(2))).toBe(30);
    expect([opened, closed]).toEqual([2, 1]);
  });

  it('asks the log itself before it takes a committed offset for one of a former topic', async () => {
    committed = 50;
    logEnd = 50;
    expect(await lane.claim(lease(1, { highWatermark: 20 }))).toBe(50);
    logEnd = 20;
    expect(await lane.claim(lease(1, { highWatermark: 20 }))).toBe(null);
    expect(await lane.claim(lease(1, { highWatermark: 20 }))).toBe(null);
  });
});
