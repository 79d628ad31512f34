import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import { recentTimes, recentValues } from '../enrichment/state-handles.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import { Filtered, Rejected } from '../pipeline/outcome.js';
import type { Outcome } from '../pipeline/outcome.js';
import { STATE_FIELDS } from './analytics-fields.js';
import { demandOf } from './state-demand.js';
import type { StateDemand } from './state-demand.js';
import { StateEngine } from './state-engine.js';
import type { ImageColumn, StateImage } from './state-image.js';
import { SUMMARY_FIELDS } from './summary/summary-fields.js';
import { WrittenImage } from './tables/testing.js';
import { bothForms, Placing, traffic } from './traffic.testing.js';
import type { TrafficBatch } from './traffic.testing.js';

const NOW = 1_711_302_640_500;
/** So few that rows have to go all the time. */
const TINY = { maxUsers: 3, maxDevices: 2, dedupeLimit: 6, mapLimit: 3 };

interface Step extends TrafficBatch {
  /** A user who is erased before the batch. */
  readonly forget: string | null;
}

const steps: fc.Arbitrary<readonly Step[]> = traffic(300).chain((batches) =>
  fc
    .array(fc.option(fc.constantFrom('u1', 'u2', 'Ünï'), { freq: 4 }), {
      minLength: batches.length,
      maxLength: batches.length,
    })
    .map((forgets) => batches.map((batch, index) => ({ ...batch, forget: forgets[index] }))),
);

/** Handles of each kind: they are filled in place, so that each engine has its own. */
const everything = () => {
  const countries = recentValues({ per: 'user_id', of: 'ip_country', keep: 2, windowSeconds: 60 });
  const times = recentTimes({ per: 'user_id', keep: 3, windowSeconds: 60 });
  const users = recentValues({ per: 'device_id', of: 'user_id', keep: 3, windowSeconds: 0 });
  return { countries, times, users };
};

/** An engine, the traffic that it has seen, and everything that it said. */
class Run {
  private readonly placing = new Placing();
  private now = NOW;

  private constructor(
    readonly engine: StateEngine,
    private readonly handles: ReturnType<typeof everything>,
  ) {}

  static create(changes: Partial<AnalyticsSettings> = {}): Run {
    const handles = everything();
    return new Run(StateEngine.create(settingsOf(changes), CADENCE, demandWith(handles)), handles);
  }

  static async restore(source: WrittenImage, changes: Partial<AnalyticsSettings> = {}): Promise<Run> {
    const handles = everything();
    const engine = await StateEngine.restore(source, settingsOf(changes), CADENCE, demandWith(handles));
    return new Run(engine, handles);
  }

  /** Goes on as if the engine had seen this. */
  skip(batches: readonly Step[]): void {
    for (const { records, partition, later } of batches) {
      for (const record of records) this.placing.place(record, partition);
      this.now += later;
    }
  }

  says(batches: readonly Step[]): unknown[] {
    return batches.map((batch) => this.apply(batch));
  }

  private apply({ partition, records, later, summary, forget }: Step): unknown {
    const { engine, placing, handles } = this;
    const forgot = forget === null ? null : engine.forget(forget);
    const outcomes: Outcome[] = records.map((record) => placing.place(record, partition).outcome);
    this.now += later;
    const seen: unknown[] = [];
    const due = engine.apply({ partition, now: this.now }, outcomes, () => {
      const { countries, times, users } = handles;
      seen.push([countries.size, countries.othersNear, times.near, users.size, users.includesCurrent]);
    });
    const taken = summary ? engine.takeSummary(this.now + 100) : null;
    const { figures, sequence, rememberedBytes } = engine;
    return { forgot, said: outcomes.map(fieldsOf), seen, due, taken, figures, sequence, rememberedBytes };
  }
}

const CADENCE = { everyMessages: 3 };
const settingsOf = (changes: Partial<AnalyticsSettings>) =>
  Object.assign(new AnalyticsSettings(), TINY, changes);
const demandWith = (handles: ReturnType<typeof everything>): StateDemand =>
  demandOf(STATE_FIELDS, [...SUMMARY_FIELDS], Object.values(handles));

function fieldsOf(outcome: Outcome): unknown {
  if (outcome instanceof Rejected) return outcome.errorType;
  if (outcome instanceof Filtered) return outcome.reason;
  return STATE_FIELDS.map((field) => (outcome as EnrichedLogin)[field]);
}

/** Takes an image as a file would, and lets it go. */
function written(engine: StateEngine, between?: () => void): WrittenImage {
  const image = engine.image();
  const source = new WrittenImage(image.facts, image.columns, between);
  image.release();
  return source;
}

const SETTINGS: readonly (readonly [string, Partial<AnalyticsSettings>])[] = [
  ['tables that are too small', {}],
  ['tables that are large enough', { maxUsers: 9, maxDevices: 9, dedupeLimit: 900, mapLimit: 90 }],
  ['small windows and gaps', { windowSeconds: 20, sessionGapSeconds: 15, dedupeSeconds: 2 }],
];

describe('StateEngine', () => {
  it.each(SETTINGS)(
    'has an image of its instant, from which another goes on as if nothing had happened, with %s',
    async (_, changes) => {
      await fc.assert(
        fc.asyncProperty(
          fc.tuple(steps, steps, steps),
          fc.infiniteStream(fc.nat(2)),
          async ([before, during, after], pauses) => {
            const original = Run.create(changes);
            const undisturbed = Run.create(changes);
            original.says(before);
            undisturbed.says(before);
            const left = [...during];
            const said: unknown[] = [];
            const source = written(original.engine, () =>
              said.push(...original.says(left.splice(0, pauses.next().value as number))),
            );
            assert.deepEqual(said, undisturbed.says(during.slice(0, said.length)));

            const restored = await Run.restore(source, changes);
            restored.skip(before);
            const reference = Run.create(changes);
            reference.says(before);
            assert.deepEqual(restored.says(after), reference.says(after));
          },
        ),
        { numRuns: 150 },
      );
    },
    120_000,
  );

  it('goes on with more rows, other windows and limits as one that began with them would', async () => {
    const changed = { maxUsers: 9, maxDevices: 8, dedupeLimit: 20, windowSeconds: 3, sessionGapSeconds: 9 };
    // Nothing goes before, and windows and gaps decide nothing: what is stored is the same then.
    const first = { maxUsers: 8, maxDevices: 7, dedupeLimit: 900, dedupeSeconds: 0, mapLimit: 50 };
    await fc.assert(
      fc.asyncProperty(steps, steps, async (before, after) => {
        const original = Run.create({ ...first, ...changed, maxUsers: 8, maxDevices: 7 });
        original.says(before);
        const restored = await Run.restore(written(original.engine), { ...first, ...changed });
        restored.skip(before);
        const reference = Run.create({ ...first, ...changed });
        reference.says(before);
        assert.deepEqual(restored.says(after).map(withoutBytes), reference.says(after).map(withoutBytes));
      }),
      { numRuns: 100 },
    );
  });
});

/** The share of an index depends on how many rows there may be. */
const withoutBytes = (said: unknown) => ({ ...(said as object), rememberedBytes: null });

const LOGIN = {
  user_id: 'u',
  device_id: 'd',
  app_version: '2.3.0',
  locale: 'NC',
  ip: '2001:db8::7',
  device_type: 'ios',
  region: 'South',
  ip_country: 'US' as string | null,
  event_time: 1_711_302_636,
  value: 'a value',
  arrival: NOW,
  partition: 0,
  offset: 0,
};

/** Applies logins in a batch, and gives back what became of them. */
function apply(engine: StateEngine, ...logins: Partial<typeof LOGIN>[]): Outcome[] {
  const outcomes: Outcome[] = logins.map(
    (changes, offset) => bothForms({ ...LOGIN, value: `value ${offset}`, offset, ...changes }).outcome,
  );
  engine.apply({ partition: 0, now: NOW }, outcomes, null);
  return outcomes;
}

async function restored(engine: StateEngine, changes: Partial<AnalyticsSettings> = {}): Promise<StateEngine> {
  return (await Run.restore(written(engine), changes)).engine;
}

const activeOf = (engine: StateEngine) => engine.takeSummary(NOW)!.sessions.active;

describe('StateEngine, restored with other settings,', () => {
  it('counts active sessions by the gap that there is now', async () => {
    const { engine } = Run.create({ sessionGapSeconds: 50 });
    apply(engine, {}, { user_id: 'v', event_time: LOGIN.event_time + 100 });
    const longer = await restored(engine, { sessionGapSeconds: 100 });
    const shorter = await restored(longer, { sessionGapSeconds: 99 });
    expect([engine, longer, shorter].map(activeOf)).toEqual([1, 2, 1]);
  });

  it('looks by the window that there is now', async () => {
    const { engine } = Run.create({ windowSeconds: 10 });
    apply(engine, {});
    const other = await restored(engine, { windowSeconds: 100 });
    const login = { ip: '1.2.3.4', event_time: LOGIN.event_time + 50, value: 'another' };
    expect([engine, other].map((each) => (apply(each, login)[0] as EnrichedLogin).suspicious_login)).toEqual([
      false,
      true,
    ]);
  });

  it('finds duplicates of what was remembered before, and none when that is off', async () => {
    const { engine } = Run.create({ dedupeSeconds: 1 });
    apply(engine, { value: 'same' });
    const again = { value: 'same', offset: 8, arrival: NOW + 5_000 };
    const [longer, off] = [
      await restored(engine, { dedupeSeconds: 5 }),
      await restored(engine, { dedupeSeconds: 0 }),
    ];
    expect(apply(longer, again)[0]).toBeInstanceOf(Filtered);
    expect(apply(off, again)[0]).not.toBeInstanceOf(Filtered);
    const on = await restored(off, { dedupeSeconds: 600 });
    expect(on.figures.rows.duplicates).toBe(0);
    expect(apply(on, again)[0]).not.toBeInstanceOf(Filtered);
  });

  it('keeps all keys that it counts, and has no room for others', async () => {
    const { engine } = Run.create({ mapLimit: 3 });
    apply(engine, { locale: 'A' }, { locale: 'B' }, { locale: 'C' });
    const smaller = await restored(engine, { mapLimit: 1 });
    apply(smaller, { locale: 'C' }, { locale: 'D' });
    expect(smaller.takeSummary(NOW)).toMatchObject({ locale_counts: { A: 1, B: 1, C: 2, other: 1 } });
  });

  it.each([
    [{ maxUsers: 2 }, 'the stored state has 3 users, and MAX_USERS is 2: it has to be 3 at least'],
    [{ maxDevices: 1 }, 'the stored state has 2 devices, and MAX_DEVICES is 1: it has to be 2 at least'],
  ])('refuses %p when there are more rows', async (changes, message) => {
    const { engine } = Run.create();
    apply(engine, {}, { user_id: 'v' }, { user_id: 'w', device_id: 'e' });
    await expect(restored(engine, changes)).rejects.toThrow(new RangeError(message));
  });
});

/** Every fact, by its path. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const nested = Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...path, name]));
  return path.length === 0 ? nested : [path, ...nested];
}

/** The same image with one fact changed, or left out. */
function changed(
  source: WrittenImage,
  path: readonly string[],
  change: (value: unknown) => unknown,
): WrittenImage {
  const copy = new WrittenImage(source.facts, []);
  for (const [name, bytes] of source.columns) copy.columns.set(name, bytes);
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>(
      (facts, name) => facts[name] as Record<string, unknown>,
      copy.facts as Record<string, unknown>,
    );
  const name = path[path.length - 1];
  const value = change(parent[name]);
  if (value !== undefined) parent[name] = value;
  else if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
  return copy;
}

describe('StateEngine, of an image that does not fit,', () => {
  const source = () => {
    const { engine } = Run.create();
    apply(engine, {}, { ip: '1.2.3.4', locale: 'RU' }, { user_id: 'v', device_id: 'e' });
    engine.takeSummary(NOW);
    return written(engine);
  };
  const isRefused = async (wrong: WrittenImage) => expect(Run.restore(wrong)).rejects.toThrow(RangeError);

  it('refuses it when any of its facts is missing', async () => {
    const whole = source();
    // Lists of locales, and of counts by key, may have any length.
    const paths = pathsOf(whole.facts).filter(
      (path) => !/names\.\d+$|(counts|ByType|ByReason)\.\d+$/.test(path.join('.')),
    );
    for (const path of paths) await isRefused(changed(whole, path, () => undefined));
    expect(paths.length).toBeGreaterThan(100);
  });

  it('refuses it when any of its facts is of another kind', async () => {
    const whole = source();
    const other = (value: unknown) =>
      typeof value === 'string' ? 7 : typeof value === 'number' ? -1 : 'text';
    for (const path of pathsOf(whole.facts)) {
      if (path.join('.') === 'locales.names.0') continue; // has no meaning
      await isRefused(changed(whole, path, other));
    }
  });

  it('refuses it when a column is missing, too short or too long', async () => {
    const whole = source();
    const names = [...whole.columns.keys()];
    for (const name of names) {
      const bytes = whole.columns.get(name)!;
      for (const wrong of [null, bytes.subarray(4), Buffer.concat([bytes, bytes])]) {
        const copy = changed(whole, ['key'], (key) => key);
        if (wrong === null) copy.columns.delete(name);
        else copy.columns.set(name, wrong);
        await isRefused(copy);
      }
    }
    expect(names).toEqual([
      ...['users.rows', 'users.state', 'users.used', 'users.addresses'],
      ...['devices.rows', 'devices.state', 'devices.used', 'devices.shared'],
      ...['uniqueUsers.registers', 'uniqueUsers.exact', 'uniqueDevices.registers', 'uniqueDevices.exact'],
      'duplicates.entries',
    ]);
  });

  it('refuses rows that have an address which is another one’s, or none', async () => {
    const whole = source();
    const twice = changed(whole, ['key'], (key) => key);
    const rows = Buffer.from(whole.columns.get('users.rows')!);
    // The third word of a row: both users came from an address of the pool.
    rows.writeInt32LE(rows.readInt32LE(8), rows.length / 2 + 8);
    twice.columns.set('users.rows', rows);
    await isRefused(twice);
    rows.writeInt32LE(77, rows.length / 2 + 8);
    await isRefused(twice);
  });

  it('says what is different in a state of another kind', async () => {
    const { engine } = Run.create();
    const fewer = demandOf(['session_id'], ['unique_users'], []);
    const restoring = StateEngine.restore(written(engine), settingsOf({}), CADENCE, fewer);
    await expect(restoring).rejects.toThrow(
      'the stored state is of another kind: parts is "activity, countries,',
    );
    expect(StateEngine.create(settingsOf({}), CADENCE, fewer).layout).toEqual({
      format: 1,
      parts: 'uniqueUsers, users',
      sessionIds: true,
      rememberedByUser: '',
      rememberedByDevice: '',
    });
    expect(engine.layout).toMatchObject({
      rememberedByUser: 'times, 3; values of ip_country, 2',
      rememberedByDevice: 'values of user_id, 3',
    });
  });

  it('passes on why a column cannot be read', async () => {
    const damaged = source();
    damaged.read = async () => {
      throw new Error('damaged');
    };
    await expect(Run.restore(damaged)).rejects.toThrow('damaged');
  });
});

describe('StateEngine, of images,', () => {
  it('has one at a time, and another when it is released', () => {
    const { engine } = Run.create();
    const first = engine.image();
    expect(() => engine.image()).toThrow('an image of the state is open');
    first.release();
    const second = engine.image();
    first.release(); // has nothing to say any more
    expect(() => engine.image()).toThrow('an image of the state is open');
    second.release();
    engine.image();
  });

  it('hands out nothing of one that was released', () => {
    const { engine } = Run.create();
    apply(engine, {});
    const { columns, release }: StateImage = engine.image();
    release();
    expect(() => columns[0].next()).toThrow('released');
  });

  it('hands out parts of 256 KiB at most, each row whole', () => {
    const { engine } = Run.create({ maxUsers: 20_000, maxDevices: 20_000 });
    const ids = Array.from({ length: 12_000 }, (_, id) => ({ user_id: `u${id}`, device_id: `d${id}` }));
    apply(engine, ...ids);
    const { columns } = engine.image();
    const rows = columns.find(({ name }) => name === 'users.rows')!;
    const sizes = [...partsOf(rows)].map(({ length }) => length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
    expect(sizes.length).toBe(3);
    expect(sizes.every((size) => size % (rows.bytes / 12_000) === 0)).toBe(true);
  });

  it('does not change its facts afterwards', () => {
    const { engine } = Run.create();
    apply(engine, {}, { user_id: 'v', locale: 'RU' });
    const { facts } = engine.image();
    const before = JSON.stringify(facts);
    apply(engine, { user_id: 'w', locale: 'AA', app_version: '9.0.0', value: 'more' });
    engine.takeSummary(NOW);
    expect(JSON.stringify(facts)).toBe(before);
  });
});

function* partsOf(column: ImageColumn): Iterable<Uint8Array> {
  for (let part = column.next(); part !== null; part = column.next()) yield part;
}

describe('StateEngine, of a user who is erased,', () => {
  it('remembers nothing: no session, no address, nothing on devices; counts stay', () => {
    const run = Run.create({ maxUsers: 8, maxDevices: 8 });
    const { engine } = run;
    apply(engine, { user_id: 'before' }, {}, { ip: '1.2.3.4', locale: 'RU' }, { user_id: 'behind' });
    const { rememberedBytes } = engine;
    expect(engine.forget('u')).toBe(true);
    expect(engine.forget('u')).toBe(false);
    expect(engine.figures.rows.users).toBe(2);
    expect(engine.rememberedBytes).toBeLessThan(rememberedBytes);
    const [other, login] = apply(engine, { user_id: 'behind', value: '1' }, { value: '2', ip: '9.9.9.9' });
    expect(other).toMatchObject({
      session_count: 1,
      session_logins: 2,
      suspicious_login: false,
      users_in_window: 2,
    });
    expect(login).toMatchObject({
      session_count: 1,
      session_logins: 1,
      suspicious_login: false,
      users_in_window: 3,
    });
    apply(engine, { value: '3' });
    expect(engine.takeSummary(NOW)).toMatchObject({
      processed_count: 7,
      unique_users: 4, // nothing is left by which one who comes back could be known
      sessions: { started: 4 },
    });
  });

  it('is found by keys, also in a state that was restored', async () => {
    const { engine } = Run.create();
    apply(engine, {}, { user_id: 'v' });
    const keys = JSON.parse(JSON.stringify(engine.keysOf('u'))) as ReturnType<StateEngine['keysOf']>;
    const other = await restored(engine);
    expect(other.forgetKeys(keys)).toBe(true);
    expect(other.forget('u')).toBe(false);
    expect(other.forget('v')).toBe(true);
  });

  it('may never have been there, with no rows at all either', () => {
    expect(Run.create().engine.forget('u')).toBe(false);
    const demand = demandOf([], ['processed_count']);
    expect(StateEngine.create(settingsOf({}), CADENCE, demand).forget('u')).toBe(false);
  });
});
