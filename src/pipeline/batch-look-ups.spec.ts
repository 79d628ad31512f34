import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OutcomeTally } from '../publishing/outcome-tally.js';
import { Ticket } from '../publishing/settlement.js';
import type { BatchLease } from './batch-lease.js';
import { Filtered } from './outcome.js';
import type { Outcome } from './outcome.js';
import { NO_ERROR_LIMIT } from './error-limit.js';
import { aLogin, aRawRecord } from './testing.js';

// CommonJS that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@nestjs/microservices', () => ({ ClientKafka: class {} }));
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { pipelineOf } = await import('./batch-pipeline.testing.js');
const { Judge } = await import('./judge.js');
const { NOT_SHARED } = await import('./shared-partitions.js');

const RECORDS = ['10', '11', '12'].map((offset) => aRawRecord({ offset }));

/** A pipeline whose look-ups are answered by hand; what lies behind them notes what it is given. */
function make() {
  const calls: string[] = [];
  const applied: Outcome[] = [];
  const tickets: Ticket[] = [];
  const settings = { position: 10 as number | null, running: true, leaseError: null as Error | null };
  let answer!: () => void;
  let signal: AbortSignal | undefined;
  const late = () => undefined;
  const fakes = {
    decoder: { decode: () => ({}) },
    validator: { validate: (raw: { offset: string }) => aLogin({ user_id: raw.offset }, raw) },
    sizeGuard: { limit: () => Infinity, check: () => null },
    filter: { reason: ({ user_id }: { user_id: string }) => (user_id === '12' ? 'filtered_age' : null) },
    enrichment: {
      looksUp: true,
      late,
      enrich: () => calls.push('enrich'),
      protect: () => calls.push('protect'),
      lookUp: (enriched: unknown[], hidden: unknown[], _: object, given: AbortSignal) => {
        calls.push(`look up ${enriched.length} and ${hidden.length}`);
        signal = given;
        return new Promise<void>((resolve) => (answer = resolve));
      },
    },
    state: {
      mostRecords: Infinity,
      resumeSequence: () => undefined,
      recorded: () => null,
      settled: () => undefined,
      apply: async (_: object, outcomes: Outcome[], runs: unknown) => {
        expect(runs).toBe(late);
        calls.push('apply');
        applied.push(...outcomes);
        return [];
      },
    },
    publisher: {
      lastSummary: 0,
      begin: async () => {
        calls.push('begin');
        tickets.push(new Ticket(() => undefined));
        return tickets[0];
      },
      claim: async () => {
        calls.push('claim');
        if (settings.leaseError !== null) throw settings.leaseError;
        return settings.position;
      },
      encode: () => ({ topics: [], summaries: null, tally: new OutcomeTally(), report: () => undefined }),
      publish: async (_: number, batch: { offsets: object; settled: () => void }) => {
        calls.push(`publish ${JSON.stringify(batch.offsets)}`);
        batch.settled();
      },
    },
    metrics: { processedBatch: () => undefined, settled: () => undefined },
  };
  const lease = {
    epoch: 1,
    endOffset: 13,
    isRunning: () => settings.running,
    heartbeat: async () => {
      if (settings.leaseError !== null) throw settings.leaseError;
    },
  } as BatchLease;
  const { decoder, validator, sizeGuard, filter, enrichment, state, publisher, metrics } = fakes;
  const judging = [decoder, validator, sizeGuard, filter] as unknown as ConstructorParameters<typeof Judge>;
  const judge = new Judge(...judging);
  const all = { enrichment, state, publisher, metrics, errorLimit: NO_ERROR_LIMIT, shared: NOT_SHARED };
  const pipeline = pipelineOf({ judge, ...all });
  const done = pipeline
    .run({ topic: 'in', partition: 0, records: RECORDS }, lease)
    .catch((error: Error) => error);
  return { settings, calls, applied, tickets, done, answer: () => answer(), signal: () => signal! };
}

const userIds = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => (outcome instanceof Filtered ? outcome.login : aLogin()).raw.offset);

describe('BatchPipeline with look-ups', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('asks before anything is claimed or applied, and goes on when the answers are there', async () => {
    const { calls, done, answer, tickets } = make();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(calls).toEqual(['enrich', 'protect', 'look up 2 and 1']);
    expect(tickets).toEqual([]); // a summary by time need not wait for it
    answer();
    expect(await done).toBeUndefined();
    expect(calls.slice(3)).toEqual(['begin', 'claim', 'apply', 'publish {"first":10,"end":13}']);
  });

  it('drops what has got its outcome from another owner meanwhile', async () => {
    const { settings, calls, applied, done, answer } = make();
    settings.position = 12;
    answer();
    expect(await done).toBeUndefined();
    expect(userIds(applied)).toEqual(['12']);
    expect(calls.at(-1)).toBe('publish {"first":12,"end":13}');
  });

  it('applies nothing when every record has its outcome by then', async () => {
    const { settings, calls, tickets, done, answer } = make();
    settings.position = 13;
    answer();
    expect(await done).toBeUndefined();
    expect([calls.at(-1), tickets[0].isSettled]).toEqual(['claim', true]);
  });

  it('applies nothing when the lease ends meanwhile, and ends the look-ups', async () => {
    const { settings, calls, done, answer, signal } = make();
    settings.leaseError = new Error('REBALANCE_IN_PROGRESS');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await done).toBe(settings.leaseError);
    expect(signal().aborted).toBe(true);
    answer();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(calls).toEqual(['enrich', 'protect', 'look up 2 and 1']);
  });

  it('leaves the batch behind when the service stops meanwhile', async () => {
    const { settings, calls, done, signal } = make();
    settings.running = false;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await done).toMatchObject({ message: expect.stringContaining('left to the next owner') });
    expect([signal().aborted, calls.length]).toEqual([true, 3]);
  });

  it('applies nothing when the lease turns out to have ended as the answers come', async () => {
    const { settings, calls, tickets, done, answer } = make();
    settings.leaseError = new Error('ILLEGAL_GENERATION');
    answer();
    expect(await done).toBe(settings.leaseError);
    expect([calls.at(-1), tickets[0].isSettled]).toEqual(['claim', true]);
  });
});
