import assert from 'node:assert/strict';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import { Filtered, Rejected } from '../pipeline/outcome.js';
import type { Outcome } from '../pipeline/outcome.js';
import { EmbeddedStateStore } from './embedded-state-store.js';
import { MODEL_DEFAULTS, StateModel } from './model.testing.js';
import type { ModelSettings } from './model.testing.js';
import { recentTimes, recentValues } from '../enrichment/state-handles.js';
import { STATE_FIELDS } from './analytics-fields.js';
import { demandOf, FULL_DEMAND } from './state-demand.js';
import type { StateDemand } from './state-demand.js';
import type { StatePlan } from './state-plan.js';
import type { DueSummary } from './state-store.js';
import { SUMMARY_FIELDS } from './summary/summary-fields.js';
import type { SummaryCadence } from './summary/summary-cadence.js';
import { KeyHash } from './tables/key-hash.js';
import { bothForms, Placing, traffic } from './traffic.testing.js';
import type { TrafficBatch, TwoForms } from './traffic.testing.js';

const NOW = 1_711_302_640_500;
const RUNS = 500;
/** A second or two, unless the machine has much else to do. */
const TIMEOUT_MS = 120_000;

// It says at every start that its memory is empty.
beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

function storeOf(
  settings: Partial<AnalyticsSettings> = {},
  everyMessages = 0,
  demand: StateDemand = FULL_DEMAND,
) {
  const small = { maxUsers: 100, maxDevices: 100, dedupeLimit: 200 };
  const store = new EmbeddedStateStore(
    Object.assign(new AnalyticsSettings(), small, settings),
    { everyMessages, everySeconds: 0 } as SummaryCadence,
    { demand } as StatePlan,
  );
  store.onModuleInit();
  return store;
}

/** Users of a device whose times are equal are ordered by their hashes. */
function orderOfUsers() {
  const hash = new KeyHash([0, 0]);
  const hashOf = (user: string) => {
    hash.ofString(user);
    return BigInt(hash.hi >>> 0) * 2n ** 32n + BigInt(hash.lo >>> 0);
  };
  return (a: string, b: string) => hashOf(a) < hashOf(b);
}

const analyticsOf = (outcome: Outcome) =>
  outcome instanceof Filtered
    ? null
    : Object.fromEntries(STATE_FIELDS.map((field) => [field, (outcome as EnrichedLogin)[field]]));

interface PlacedBatch extends TrafficBatch {
  readonly forms: readonly TwoForms[];
}

/** Everything that the store says of the traffic: of each login, and in each summary. */
async function storeSays(store: EmbeddedStateStore, batches: readonly PlacedBatch[]) {
  const said: unknown[] = [];
  let now = NOW;
  for (const { partition, forms, later, summary } of batches) {
    const outcomes = forms.map(({ outcome }) => outcome);
    const offsets = { first: 0, end: forms.length };
    now += later;
    const due = await store.apply({ topic: 'in', partition, offsets, claimed: null, now }, outcomes, null);
    const logins = outcomes.filter((_, index) => forms[index].login !== null);
    said.push(logins.map(analyticsOf), due);
    if (summary) said.push(await store.takeSummary(now + 100));
  }
  return said;
}

/** The same by the model. */
function modelSays(model: StateModel, batches: readonly PlacedBatch[], every: number) {
  const said: unknown[] = [];
  let now = NOW;
  for (const { forms, later, summary } of batches) {
    const analytics: unknown[] = [];
    const due: object[] = [];
    now += later;
    model.summaries.begin(now);
    for (const { outcome, login } of forms) {
      if (outcome instanceof Rejected) model.countError(outcome.errorType);
      else if (login === null) model.countFiltered((outcome as Filtered).reason);
      else {
        const fields = model.apply(login);
        analytics.push(fields && { ...fields, ...model.flags.windows });
        if (fields !== null && every > 0 && model.processed.length % every === 0)
          due.push({ summary: model.summaries.take(now), offset: login.offset });
      }
    }
    said.push(analytics, due);
    if (summary) said.push(model.summaries.hasChanged ? model.summaries.take(now + 100) : null);
  }
  return said;
}

async function expectSame(traffic: readonly TrafficBatch[], settings: ModelSettings, every: number) {
  const placing = new Placing();
  const batches = traffic.map((batch) => ({
    ...batch,
    forms: batch.records.map((record) => placing.place(record, batch.partition)),
  }));
  const { gapSeconds, ...others } = settings;
  const store = storeOf({ ...others, sessionGapSeconds: gapSeconds }, every);
  const model = new StateModel(settings, orderOfUsers());
  // Jest's expect takes longer than everything else together.
  assert.deepEqual(await storeSays(store, batches), modelSays(model, batches, every));
  assert.deepEqual(store.figures.overflow, {
    app_version: model.versions.overflow,
    locale: model.locales.overflow,
    device_type: model.deviceTypes.overflow,
    remembered_locale: 0, // there is always room for two of each user
  });
}

const SETTINGS: readonly (readonly [string, Partial<ModelSettings>, spread: number])[] = [
  ['the defaults', {}, 10 * 3_600],
  ['small windows, gaps and maps', { windowSeconds: 20, gapSeconds: 15, mapLimit: 2, dedupeSeconds: 2 }, 200],
  ['no end of the window, and no duplicates', { windowSeconds: 0, gapSeconds: 60, dedupeSeconds: 0 }, 300],
  ['times that are often equal', { windowSeconds: 1, gapSeconds: 1, mapLimit: 3, dedupeSeconds: 1 }, 6],
];

describe('EmbeddedStateStore', () => {
  it.each(SETTINGS)(
    'says of random traffic what the model says, with %s',
    async (_, changes, spread) => {
      await fc.assert(
        fc.asyncProperty(traffic(spread), fc.integer({ min: 0, max: 7 }), (batches, every) =>
          expectSame(batches, { ...MODEL_DEFAULTS, ...changes }, every),
        ),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});

const LOGIN = {
  user_id: 'u',
  device_id: 'd',
  app_version: '2.3.0',
  locale: 'NC',
  ip: '1.2.3.4',
  device_type: 'ios',
  region: 'South',
  ip_country: null as string | null,
  event_time: 1_711_302_636,
  value: 'a value',
  arrival: NOW,
  partition: 0,
  offset: 0,
};

/** Applies logins, one batch each, and gives back what became of them. */
async function apply(store: EmbeddedStateStore, ...logins: Partial<typeof LOGIN>[]) {
  const outcomes: Outcome[] = [];
  const due: DueSummary[] = [];
  for (const [index, changes] of logins.entries()) {
    const login = { ...LOGIN, value: `value ${index}`, offset: index, ...changes };
    const batch: Outcome[] = [bothForms(login).outcome];
    const { partition, offset } = login;
    const offsets = { first: offset, end: offset + 1 };
    due.push(
      ...(await store.apply({ topic: 'in', partition, offsets, claimed: null, now: NOW }, batch, null)),
    );
    outcomes.push(...batch);
  }
  return { outcomes, due, analytics: outcomes.map(analyticsOf) };
}

describe('EmbeddedStateStore, by hand,', () => {
  it('replaces a duplicate by its filtered outcome, which holds the login, and counts it nowhere else', async () => {
    const store = storeOf();
    const { outcomes } = await apply(store, { value: 'same' }, { value: 'same', offset: 7 }, {});
    expect(outcomes[1]).toBeInstanceOf(Filtered);
    expect(outcomes[1]).toMatchObject({ reason: 'duplicate', login: { user_id: 'u', raw: { offset: '7' } } });
    expect(outcomes[2]).toMatchObject({ total_logins_for_version: 2, session_logins: 2 });
    expect(store.figures.rows).toEqual({ users: 1, devices: 1, duplicates: 2 });
  });

  it('never takes a record for a duplicate of itself, however often it is delivered', async () => {
    const again = { value: 'same', offset: 3 };
    const { outcomes } = await apply(storeOf(), again, again, again);
    expect(outcomes.filter((outcome) => outcome instanceof Filtered)).toEqual([]);
  });

  it('finds a duplicate in another partition at the same offset', async () => {
    const { outcomes } = await apply(
      storeOf(),
      { value: 'same' },
      { value: 'same', offset: 0, partition: 1 },
    );
    expect(outcomes[1]).toBeInstanceOf(Filtered);
  });

  it.each([
    ['apart by as much as it may be', 600_000, true],
    ['a millisecond more', 600_001, false],
    ['before, by as much', -600_000, true],
    ['before, by more', -600_001, false],
  ])('measures between arrivals: %s', async (_, apart, isDuplicate) => {
    const { outcomes } = await apply(storeOf(), { value: 'same' }, { value: 'same', arrival: NOW + apart });
    expect(outcomes[1] instanceof Filtered).toBe(isDuplicate);
  });

  it('takes nothing for a duplicate with DEDUPE_SECONDS=0', async () => {
    const { outcomes } = await apply(storeOf({ dedupeSeconds: 0 }), { value: 'same' }, { value: 'same' });
    expect(outcomes[1]).not.toBeInstanceOf(Filtered);
  });

  it('says how full it is: rows at most as many as allowed, and how many had to go', async () => {
    const store = storeOf({ maxUsers: 3, maxDevices: 2, dedupeLimit: 4, mapLimit: 2 });
    const users = Array.from({ length: 10 }, (_, n) => ({ user_id: `u${n}`, device_id: `d${n}` }));
    await apply(store, ...users, { locale: 'A1' }, { locale: 'A2' }, { locale: 'A3' });
    expect(store.figures).toMatchObject({
      rows: { users: 3, devices: 2, duplicates: 4 },
      evictions: { users: 8, devices: 9 },
      overflow: { locale: 2, app_version: 0 },
    });
  });

  it('gives the offset of the record that made each summary due', async () => {
    const { due } = await apply(storeOf({}, 2), {}, {}, { offset: 9, value: 'value 1' }, {}, {});
    expect(due.map(({ summary, offset }) => [summary.processed_count, summary.sequence, offset])).toEqual([
      [2, 1, 1],
      [4, 2, 4],
    ]);
  });

  it('goes on behind the last summary that is known, and never goes back', async () => {
    const store = storeOf({}, 1);
    store.resumeSequence(41);
    await apply(store, {});
    store.resumeSequence(7);
    const { due } = await apply(store, { offset: 1, value: 'another' });
    expect(due[0].summary.sequence).toBe(43);
  });

  it('has no summary by time when nothing was counted since the last one, of whichever cadence', async () => {
    const store = storeOf({}, 2);
    expect(await store.takeSummary(NOW)).toBeNull();
    await apply(store, {}, {});
    expect(await store.takeSummary(NOW)).toBeNull();
    await apply(store, { offset: 2, value: 'third' });
    expect(await store.takeSummary(NOW)).toMatchObject({ sequence: 2, processed_count: 3 });
    expect(await store.takeSummary(NOW)).toBeNull();
  });
});

describe('EmbeddedStateStore, of what is demanded,', () => {
  const dedupeSeconds = 0;

  /** Both stores see the same traffic; the first says everything. */
  async function sayBoth(
    batches: readonly TrafficBatch[],
    settings: Partial<AnalyticsSettings>,
    demand: StateDemand,
  ) {
    const [all, some] = await Promise.all(
      [FULL_DEMAND, demand].map(async (each) => {
        const placing = new Placing();
        const placed = batches.map((batch) => ({
          ...batch,
          forms: batch.records.map((record) => placing.place(record, batch.partition)),
        }));
        const store = storeOf(settings, 3, each);
        return { said: await storeSays(store, placed), store };
      }),
    );
    return { all, some };
  }

  it('says the same as one that does everything, and nothing else', async () => {
    const demands = fc.record({
      fields: fc.subarray([...STATE_FIELDS]),
      summary: fc.subarray([...SUMMARY_FIELDS]),
    });
    await fc.assert(
      fc.asyncProperty(traffic(300), demands, async (batches, { fields, summary }) => {
        const { all, some } = await sayBoth(batches, { mapLimit: 3 }, demandOf(fields, summary));
        assert.deepEqual(some.said, limitedTo(all.said, fields, ['sequence', ...summary]));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps no rows that nobody reads', async () => {
    const store = storeOf({ dedupeSeconds }, 1, demandOf([], ['processed_count', 'locale_counts']));
    const { due, analytics } = await apply(store, {}, { user_id: 'v', locale: 'RU' });
    expect(due.map(({ summary }) => summary)).toEqual([
      { sequence: 1, processed_count: 1, locale_counts: { NC: 1 } },
      { sequence: 2, processed_count: 2, locale_counts: { NC: 1, RU: 1 } },
    ]);
    expect(store.figures.rows).toEqual({ users: 0, devices: 0, duplicates: 0 });
    expect(Object.values(analytics[0]!).filter((value) => value !== undefined)).toEqual([]);
  });

  it('fills the handles with what was remembered before each login, in order, and runs the late processors', async () => {
    const countries = recentValues({ per: 'user_id', of: 'ip_country', keep: 2, windowSeconds: 60 });
    const users = recentValues({ per: 'device_id', of: 'user_id', keep: 2, windowSeconds: 60 });
    const times = recentTimes({ per: 'device_id', keep: 3, windowSeconds: 60 });
    const store = storeOf(
      { dedupeSeconds: 600 },
      0,
      demandOf(['session_count'], [], [countries, users, times]),
    );
    const login = (changes: Partial<typeof LOGIN>, offset: number) =>
      bothForms({ ...LOGIN, value: `value ${offset}`, offset, ...changes }).outcome;
    const batch: Outcome[] = [
      login({ ip_country: 'US' }, 0),
      login({ ip_country: null, user_id: 'v' }, 1),
      login({ value: 'value 0' }, 2), // a duplicate: nothing runs for it, and it is not remembered
      new Filtered(login({}, 3), 'filtered_age'),
      login({ ip_country: 'DE', event_time: LOGIN.event_time + 60 }, 4),
    ];
    const position = { topic: 'in', partition: 0, offsets: { first: 0, end: 5 }, claimed: null, now: NOW };
    const seen: unknown[] = [];
    await store.apply(position, batch, (each, context) => {
      const { session_count } = each as EnrichedLogin;
      expect(context.now).toBe(NOW);
      seen.push([
        each.raw.offset,
        session_count,
        countries.size,
        countries.othersNear,
        users.othersNear,
        times.near,
      ]);
    });
    expect(seen).toEqual([
      ['0', 1, 0, 0, 0, 0],
      ['1', 1, 0, 0, 1, 1],
      ['4', 1, 1, 1, 1, 2],
    ]);
    expect(countries.includesCurrent).toBe(false);
  });
});

/** What is said with only some fields. */
function limitedTo(said: readonly unknown[], fields: readonly string[], summary: readonly string[]): unknown {
  const pick = (object: object, names: readonly string[], absent: boolean) =>
    Object.fromEntries(
      Object.entries(object).flatMap(([name, value]) =>
        names.includes(name) ? [[name, value]] : absent ? [[name, undefined]] : [],
      ),
    );
  return said.map((each) => {
    if (!Array.isArray(each)) return each === null ? null : pick(each as object, summary, false);
    return each.map((item: object | null) => {
      if (item === null) return null;
      return 'summary' in item
        ? { ...item, summary: pick(item.summary as object, summary, false) }
        : pick(item, fields, true);
    });
  });
}
