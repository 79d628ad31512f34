import { describe, expect, it, jest } from '@jest/globals';
import { FilterSettings } from '../config/filter.settings.js';
import { InputSettings } from '../config/input.settings.js';
import { ProcessorFailed } from '../enrichment/processor-failed.error.js';
import { FilterStage } from '../filtering/filter.stage.js';
import { Decoder } from '../ingest/decoder.js';
import { OutcomeTally } from '../publishing/outcome-tally.js';
import { Ticket } from '../publishing/settlement.js';
import type { SizeGuard } from '../publishing/size-guard.js';
import { Validator } from '../validation/validator.js';
import type { BatchLease } from './batch-lease.js';
import type { Outcome } from './outcome.js';
import type { RawRecord } from './raw-record.js';
import { aRawRecord, LOGIN_FIELDS } from './testing.js';

// CommonJS that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@nestjs/microservices', () => ({ ClientKafka: class {} }));
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { pipelineOf } = await import('./batch-pipeline.testing.js');
const { Judge } = await import('./judge.js');
const { PartlyApplied } = await import('../analytics/redis/store-errors.js');
const { NOT_SHARED } = await import('./shared-partitions.js');

const LEASE = { epoch: 1, endOffset: 14 } as BatchLease;

const WEB = { ...LOGIN_FIELDS, device_type: 'web' };
const VALUES = [LOGIN_FIELDS, WEB, 'no JSON', LOGIN_FIELDS];

const RECORDS: readonly RawRecord[] = VALUES.map((value, index) =>
  aRawRecord({
    offset: String(10 + index),
    timestamp: String(1_711_302_640_000 - index),
    value: Buffer.from(JSON.stringify(value)),
  }),
);

/** The pipeline with its real rules; what lies behind them notes what it is given. */
function make({
  position = null as number | null,
  publish = async () => undefined as void,
  failing = null as Error | null,
  admitted = true,
  mostRecords = Infinity,
  keptUpTo = 0,
  keptBefore = 0,
  records = RECORDS,
} = {}) {
  const ticket = new Ticket(() => undefined);
  const calls: string[] = [];
  const outcomes: Outcome[] = [];
  const settings = new InputSettings();
  const note = (call: string) => void calls.push(call);
  const settled = jest.fn();
  const fakes = {
    sizeGuard: { limit: () => Infinity, check: () => null },
    enrichment: {
      looksUp: false,
      late: null,
      enrich: (logins: readonly unknown[]) => note(`enrich ${logins.length}`),
      protect: (logins: readonly unknown[]) => note(`protect ${logins.length}`),
    },
    state: {
      mostRecords,
      resumeSequence: () => undefined,
      recorded: () => null,
      settled: (_: number, end: number) => note(`settled up to ${end}`),
      apply: async ({ offsets }: { offsets: Offsets }, all: Outcome[]) => {
        note(`apply ${offsets.first}–${offsets.end}: ${all.length}`);
        if (failing !== null) throw failing;
        if (offsets.first < keptUpTo && keptUpTo < offsets.end) throw new PartlyApplied(0, keptUpTo);
        return [];
      },
    },
    publisher: {
      lastSummary: 0,
      begin: async () => ticket,
      claim: async () => position,
      encode: (all: readonly Outcome[]) => {
        outcomes.push(...all);
        return { topics: [], summaries: null, tally: new OutcomeTally(), report: () => note('report') };
      },
      publish: async (_: number, { offsets, settled: done }: Published) => {
        note(`publish ${offsets.first}–${offsets.end}`);
        await publish();
        position = offsets.end;
        done();
      },
    },
    metrics: { processedBatch: (records: number) => note(`processed ${records}`), settled },
  };
  const { sizeGuard, enrichment, state, publisher, metrics } = fakes;
  const judge = new Judge(
    new Decoder(settings),
    new Validator(settings, { processed: [], filteredContent: [] }),
    sizeGuard as unknown as SizeGuard,
    new FilterStage(new FilterSettings()),
  );
  const errorLimit = { admit: () => (admitted ? { accept: () => undefined } : null) };
  const shared = {
    ...NOT_SHARED,
    keptOf: () => ((position ?? 0) >= keptBefore ? null : { from: 10, end: keptBefore }),
    keptRecords: async () => RECORDS.filter(({ offset }) => Number(offset) < keptBefore),
    written: () => note('written'),
  };
  const pipeline = pipelineOf({ judge, enrichment, state, publisher, metrics, errorLimit, shared });
  return {
    run: () => pipeline.run({ topic: 'in', partition: 0, records }, LEASE),
    calls,
    outcomes,
    settled,
    ticket,
  };
}

interface Offsets {
  readonly first: number;
  readonly end: number;
}

interface Published {
  readonly offsets: Offsets;
  readonly settled: () => void;
}

describe('BatchPipeline', () => {
  it('gives each record one outcome, in order, and state is applied before anything is published', async () => {
    const { run, calls, outcomes, settled } = make();
    await run();
    expect(outcomes.map(({ constructor }) => constructor.name)).toEqual([
      'Login',
      'Filtered',
      'Rejected',
      'Login',
    ]);
    expect(calls).toEqual([
      'enrich 2',
      'protect 1',
      'apply 10–14: 4',
      'processed 4',
      'publish 10–14',
      'settled up to 14',
      'report',
    ]);
    expect(settled).toHaveBeenCalledWith(0, RECORDS, expect.any(OutcomeTally));
  });

  it('passes over records that have their outcome already', async () => {
    const { run, calls, outcomes } = make({ position: 12 });
    await run();
    expect(outcomes.map(({ constructor }) => constructor.name)).toEqual(['Rejected', 'Login']);
    expect(calls).toContain('apply 12–14: 2');
    expect(calls).toContain('publish 12–14');
  });

  it('takes no more at once than state does: each part is published before the next one is applied', async () => {
    const { run, calls, settled } = make({ mostRecords: 3 });
    await run();
    expect(calls.filter((call) => /^(apply|publish)/.test(call))).toEqual([
      ...['apply 10–13: 3', 'publish 10–13'],
      ...['apply 13–14: 1', 'publish 13–14'],
    ]);
    expect(settled.mock.calls.flatMap(([, records]) => records)).toEqual(RECORDS);
  });

  it('publishes what state has kept of a batch alone, and applies the rest after it', async () => {
    const { run, calls, settled } = make({ keptUpTo: 12 });
    await run();
    expect(calls.filter((call) => /^(apply|publish)/.test(call))).toEqual([
      'apply 10–14: 4',
      ...['apply 10–12: 2', 'publish 10–12'],
      ...['apply 12–14: 2', 'publish 12–14'],
    ]);
    expect(settled.mock.calls.flatMap(([, records]) => records)).toEqual(RECORDS);
  });

  it.each([
    { offsets: [10, 11, 12, 13], end: 'apply 12–14: 2' },
    { offsets: [10, 11, 13], end: 'apply 13–14: 1' },
    { offsets: [10, 11], end: null },
  ])(
    'cuts a batch at what is kept also where offsets are missing there: $offsets',
    async ({ offsets, end }) => {
      const records = RECORDS.filter(({ offset }) => offsets.includes(Number(offset)));
      const { run, calls } = make({ keptUpTo: 12, records });
      await run();
      const applied = calls.filter((call) => call.startsWith('apply')).slice(1);
      expect(applied).toEqual(['apply 10–12: 2', ...(end === null ? [] : [end])]);
    },
  );

  it('writes what is kept before it looks at the batch, and asks the error limit about nothing of it: it was applied before', async () => {
    const { run, calls } = make({ keptBefore: 12, admitted: false });
    await run();
    expect(calls.filter((call) => /^(apply|publish)/.test(call))).toEqual([
      'apply 10–12: 2',
      'publish 10–12',
    ]);
  });

  it('does nothing at all when every record has its outcome', async () => {
    const { run, calls, settled, ticket } = make({ position: 14 });
    await run();
    expect(calls).toEqual([]);
    expect(ticket.isSettled).toBe(true);
    expect(settled).not.toHaveBeenCalled();
  });

  it('neither applies nor publishes anything of a batch that the error limit holds back, and holds nobody up', async () => {
    const { run, calls, settled, ticket } = make({ admitted: false });
    await run();
    expect(calls).toEqual(['enrich 2', 'protect 1']);
    expect(ticket.isSettled).toBe(true);
    expect(settled).not.toHaveBeenCalled();
  });

  it('counts nothing when the outcomes could not be written, and passes the failure on', async () => {
    const { run, settled } = make({ publish: () => Promise.reject(new Error('lease lost')) });
    await expect(run()).rejects.toThrow('lease lost');
    expect(settled).not.toHaveBeenCalled();
  });

  it('ends the process when a processor throws: state may have counted a part of the batch', async () => {
    const cause = new ProcessorFailed(new TypeError('about a secret'));
    const { run, settled } = make({ failing: cause });
    await expect(run()).rejects.toMatchObject({ retriable: false });
    await expect(run()).rejects.toThrow(/A processor failed on a login of in-0, offsets 10–13; .*TypeError/);
    await expect(run()).rejects.not.toThrow('secret');
    expect(settled).not.toHaveBeenCalled();
  });

  it('holds nobody up when nothing was applied', async () => {
    const { run, ticket, outcomes } = make({ failing: new Error('store away') });
    await expect(run()).rejects.toThrow('store away');
    expect([ticket.isSettled, outcomes]).toEqual([true, []]);
  });
});
