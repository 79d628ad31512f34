import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import type { Summary } from '../analytics/summary/summary.js';
import type { BatchLease } from '../pipeline/batch-lease.js';
import type { AppliedBatch } from './outcome-publisher.js';
import { Settlement } from './settlement.js';

// CommonJS that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@nestjs/microservices', () => ({ ClientKafka: class {} }));
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { SummaryClock } = await import('./summary-clock.js');

const LEASE = { isRunning: () => true } as BatchLease;
const RECORDS = { topic: 'sum', records: [] };

/** A clock over a store that has something to say as often as `changes` says. */
function make({
  owner = true,
  changes = 1,
  everySeconds = 10,
  isShared = false,
  isReady = true,
  committed = 0 as number | null,
  left = null as Partial<Summary> | null,
  publish = async ({ ticket }: AppliedBatch) => ticket.settle(),
} = {}) {
  const settlement = new Settlement();
  const calls: string[] = [];
  const published: AppliedBatch[] = [];
  const state = {
    resumeSequence: (last: number) => void calls.push(`resume ${last}`),
    recorded: () => null,
    isShared,
    isReady: () => isReady,
    published: (sequence: number) => void calls.push(`published ${sequence}`),
    takenSummary: async () => {
      calls.push('look');
      return left;
    },
    takeSummary: async (): Promise<Partial<Summary> | null> => {
      calls.push('take');
      return changes-- > 0 ? { sequence: 42 } : null;
    },
  };
  const publisher = {
    publish: (partition: number, batch: AppliedBatch) => {
      calls.push(`publish on ${partition}`);
      published.push(batch);
      return publish(batch);
    },
  };
  const client = {
    lastSummary: 41,
    claim: async () => committed,
    membershipOf: (partition: number) => (owner && partition === 0 ? LEASE : null),
  };
  const dependencies = [
    { everySeconds },
    state,
    settlement,
    { encode: () => ({ records: RECORDS, last: 42 }) },
    publisher,
    client,
    { logSummaries: () => undefined },
    { crashed: (error: Error) => void calls.push(`crashed: ${error.message}`) },
  ];
  const clock = new SummaryClock(...(dependencies as unknown as ConstructorParameters<typeof SummaryClock>));
  return { clock, settlement, calls, published };
}

describe('SummaryClock', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('publishes a summary on partition 0, numbered behind the last one, as a batch that answers for no input', async () => {
    const { clock, calls, published } = make();
    await clock.tick();
    expect(calls).toEqual(['resume 41', 'take', 'publish on 0']);
    expect(published).toMatchObject([
      { topics: [], offsets: null, summaries: { records: RECORDS, last: 42 } },
    ]);
  });

  it('publishes nothing when nothing has changed', async () => {
    const { clock, calls, settlement } = make({ changes: 1 });
    await clock.tick();
    await clock.tick();
    expect(calls.filter((call) => call.startsWith('publish'))).toHaveLength(1);
    expect(settlement.gate).toBeNull();
  });

  it('does nothing in an instance that does not own partition 0', async () => {
    const { clock, calls } = make({ owner: false });
    await clock.tick();
    expect(calls).toEqual([]);
  });

  it('does nothing before state knows where the counting of the partition begins', async () => {
    const { clock, calls } = make({ isShared: true, isReady: false, committed: null });
    await clock.tick();
    expect(calls).toEqual([]);
    const other = make({ isShared: true, isReady: false, committed: 7 });
    await other.clock.tick();
    expect(other.calls).toContain('publish on 0');
  });

  it('waits until what was applied is committed', async () => {
    const { clock, settlement, calls } = make();
    const ticket = settlement.begin();
    const tick = clock.tick();
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual([]);
    ticket.settle();
    await tick;
    expect(calls).toContain('publish on 0');
  });

  it('gives way when the stream has no quiet moment; the next tick says it', async () => {
    const { clock, settlement, calls } = make();
    const ticket = settlement.begin();
    await clock.tick(); // as long as its patience lasts
    expect(calls).toEqual([]);
    ticket.settle();
    await clock.tick();
    expect(calls).toContain('publish on 0');
  });

  it('lets the stream go on when it has lost the partition meanwhile', async () => {
    const { clock, settlement } = make({ publish: () => Promise.reject(new Error('lease lost')) });
    await expect(clock.tick()).resolves.toBeUndefined();
    expect(settlement.gate).toBeNull();
  });

  it('ends the process when the state turns out to be somebody else’s', async () => {
    const { clock, calls } = make({ publish: () => Promise.reject(new StateDiverged('not ours')) });
    await clock.tick();
    expect(calls).toContain('crashed: not ours');
  });

  it('leaves it to shared state when there is a quiet moment, and tells it what is committed', async () => {
    const { clock, settlement, calls } = make({
      isShared: true,
      publish: async (batch) => batch.settled(),
    });
    settlement.begin();
    await clock.tick();
    expect(calls).toEqual(['resume 41', 'take', 'publish on 0', 'published 42']);
  });

  describe('with its timer', () => {
    afterEach(() => void jest.useRealTimers());

    it('publishes soon what an earlier owner of shared state has taken, with SUMMARY_EVERY_SECONDS=0, too', async () => {
      jest.useFakeTimers();
      const { clock, calls } = make({ isShared: true, everySeconds: 0, left: { sequence: 42 } });
      clock.onModuleInit();
      await jest.advanceTimersByTimeAsync(1_000);
      expect(calls).toEqual(['resume 41', 'look', 'publish on 0']);
      clock.onApplicationShutdown();
    });

    it('ticks every so many seconds until the application shuts down', () => {
      jest.useFakeTimers();
      const { clock } = make({ everySeconds: 10, owner: false });
      const tick = jest.spyOn(clock, 'tick');
      clock.onModuleInit();
      jest.advanceTimersByTime(30_000);
      expect(tick).toHaveBeenCalledTimes(3);
      clock.onApplicationShutdown();
      jest.advanceTimersByTime(30_000);
      expect(tick).toHaveBeenCalledTimes(3);
    });

    it('never ticks with SUMMARY_EVERY_SECONDS=0', () => {
      jest.useFakeTimers();
      const { clock } = make({ everySeconds: 0 });
      clock.onModuleInit();
      expect(jest.getTimerCount()).toBe(0);
    });
  });
});
