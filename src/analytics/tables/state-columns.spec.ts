import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { recentTimes, recentValues } from '../../enrichment/state-handles.js';
import type { RecentTimes, RecentValues } from '../../enrichment/state-handles.js';
import { RowTable } from './row-table.js';
import { StateColumns, stateLayoutOf } from './state-columns.js';
import { PlainClock, storedPart } from './testing.js';

const NAMES = { part: 'rows', setting: 'MAX_ROWS' };
const FIELDS = ['ip', 'locale'] as const;
const MOST = 2 ** 32 - 1;

interface Event {
  readonly key: number;
  /** One for each field; -1 is none. */
  readonly values: readonly number[];
  readonly time: number;
}

const value = fc.constantFrom(-1, 0, 1, 2, 3, 2 ** 31, MOST);
const event: fc.Arbitrary<Event> = fc.record({
  key: fc.nat(5),
  values: fc.tuple(value, value),
  time: fc.oneof(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 2 ** 31 - 2, max: 2 ** 31 + 2 }),
    fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 + 3 }),
    fc.integer({ min: 2 ** 40 - 2, max: 2 ** 40 - 1 }),
  ),
});
const events = (maxLength = 60) => fc.array(event, { maxLength });
const capacity = fc.integer({ min: 1, max: 7 });
const keeps = fc.record({ ip: fc.integer({ min: 1, max: 8 }), times: fc.integer({ min: 1, max: 16 }) });

type Keeps = { readonly ip: number; readonly times: number };

/** Columns beside a table, with a handle for each field, one that shares its words, and one for times. */
class Remembering {
  readonly table: RowTable;
  readonly columns: StateColumns;
  readonly ips: RecentValues;
  readonly locales: RecentValues;
  readonly sameLocales: RecentValues;
  readonly times: RecentTimes;

  constructor(limit: number, { ip, times }: Keeps) {
    this.table = new RowTable(limit, () => {});
    this.ips = recentValues({ per: 'user_id', of: 'ip', keep: ip, windowSeconds: 2 });
    this.locales = recentValues({ per: 'user_id', of: 'locale', keep: 2, windowSeconds: 0 });
    this.sameLocales = recentValues({ per: 'user_id', of: 'locale', keep: 2, windowSeconds: 1 });
    this.times = recentTimes({ per: 'user_id', keep: times, windowSeconds: 3 });
    const handles = [this.times, this.sameLocales, this.ips, this.locales];
    this.columns = new StateColumns(limit, handles, FIELDS);
  }

  forgetLocale(locale: number): void {
    this.columns.forgetValue('locale', locale, this.table.size, () => {});
  }

  forgetRow(key: number): void {
    const row = this.table.find(key, key);
    if (row < 0) return;
    this.table.remove(row);
    this.columns.remove(row, this.table.size);
  }

  /** What the handles say before the event is remembered. */
  see({ key, values, time }: Event) {
    const row = this.table.findOrAdd(key, key);
    this.columns.see(row, this.table.added, Float64Array.from(values), time);
    const { ips, locales, sameLocales, times } = this;
    return {
      ips: valuesIn(ips),
      locales: valuesIn(locales),
      sameLocales: valuesIn(sameLocales),
      times: [...times.times.subarray(0, times.size)].sort((a, b) => a - b),
      current: [ips.current, locales.current, sameLocales.current],
      now: [ips.now, locales.now, sameLocales.now, times.now],
      near: [ips.othersNear, locales.othersNear, sameLocales.othersNear, times.near],
    };
  }
}

const valuesIn = ({ values, times, size }: RecentValues) =>
  Array.from({ length: size }, (_, index) => [values[index], times[index]]).sort(([a], [b]) => a - b);

/** The same from a list of all events of a key that was not forgotten. */
class PlainRemembering {
  private readonly clock: PlainClock<number>;
  private readonly events = new Map<number, Event[]>();

  constructor(
    limit: number,
    private readonly keeps: Keeps,
  ) {
    this.clock = new PlainClock(limit);
  }

  forgetLocale(locale: number): void {
    for (const [key, before] of this.events) {
      // What had to give way does not come back.
      const others = new Set(plainValues(before, 1, 2).map(([each]) => each));
      others.delete(locale);
      const left = before.map(({ values: [ip, each], time }) => {
        return { key, values: [ip, others.has(each) ? each : -1], time };
      });
      this.events.set(key, left);
    }
  }

  forgetRow(key: number): void {
    this.clock.remove(key);
    this.events.delete(key);
  }

  see({ key, values, time }: Event): ReturnType<Remembering['see']> {
    const victim = this.clock.use(key);
    if (victim !== undefined) this.events.delete(victim);
    const before = this.events.get(key) ?? [];
    const now = Math.min(time, MOST);
    this.events.set(key, [...before, { key, values, time: now }]);
    const ips = plainValues(before, 0, this.keeps.ip);
    const locales = plainValues(before, 1, 2);
    const times = before
      .map((each) => each.time)
      .sort((a, b) => b - a)
      .slice(0, this.keeps.times)
      .sort((a, b) => a - b);
    const near = (others: readonly number[], seconds: number) =>
      others.filter((other) => seconds === 0 || Math.abs(other - now) <= seconds).length;
    const timesOfOthers = (pairs: number[][], field: number) =>
      pairs.filter(([other]) => other !== values[field]).map(([, last]) => last);
    return {
      ips,
      locales,
      sameLocales: locales,
      times,
      current: [values[0], values[1], values[1]],
      now: [now, now, now, now],
      near: [
        near(timesOfOthers(ips, 0), 2),
        near(timesOfOthers(locales, 1), 0),
        near(timesOfOthers(locales, 1), 1),
        near(times, 3),
      ],
    };
  }
}

function plainValues(before: readonly Event[], field: number, keep: number): number[][] {
  const last = new Map<number, number>();
  for (const { values, time } of before)
    if (values[field] >= 0) last.set(values[field], Math.max(time, last.get(values[field]) ?? 0));
  return [...last]
    .sort(([a, timeA], [b, timeB]) => timeB - timeA || a - b)
    .slice(0, keep)
    .sort(([a], [b]) => a - b);
}

describe(StateColumns.name, () => {
  it('says before each event what a plain memory of everything says, evictions included', () => {
    fc.assert(
      fc.property(capacity, keeps, events(), (limit, kept, list) => {
        const columns = new Remembering(limit, kept);
        const plain = new PlainRemembering(limit, kept);
        expect(list.map((each) => columns.see(each))).toEqual(list.map((each) => plain.see(each)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('says the same whatever the order of the events before', () => {
    const orders = events(20).chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(keeps, orders, event, (kept, lists, last) => {
        const [one, other] = lists.map((list) => {
          const columns = new Remembering(6, kept);
          list.forEach((each) => columns.see(each));
          return columns.see(last);
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 500 },
    );
  });

  it('goes on as before when it was saved and restored', async () => {
    await fc.assert(
      fc.asyncProperty(capacity, keeps, events(), events(), async (limit, kept, before, after) => {
        const original = new Remembering(limit, kept);
        before.forEach((each) => original.see(each));
        const restored = new Remembering(limit, kept);
        const columns = original.table.openImage(NAMES, [original.columns.array]);
        const stored = storedPart('rows', original.table.facts(), columns);
        original.table.closeImage();
        await restored.table.restore(stored, NAMES, [restored.columns.array]);
        expect(after.map((each) => restored.see(each))).toEqual(after.map((each) => original.see(each)));
      }),
      { numRuns: 300 },
    );
  });

  it('forgets a value of a field in all rows, and a row', () => {
    const steps = fc.array(
      fc.tuple(
        events(20),
        value.filter((each) => each >= 0),
        fc.nat(5),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(capacity, keeps, steps, (limit, kept, list) => {
        const columns = new Remembering(limit, kept);
        const plain = new PlainRemembering(limit, kept);
        for (const [before, forgotten, key] of list) {
          expect(before.map((each) => columns.see(each))).toEqual(before.map((each) => plain.see(each)));
          columns.forgetLocale(forgotten);
          plain.forgetLocale(forgotten);
          columns.forgetRow(key);
          plain.forgetRow(key);
        }
      }),
      { numRuns: 800 },
    );
  });

  it('shares the words of handles that remember the same', () => {
    // ip: 3 values of 2 words; locale: 2 of 2, for both handles; 4 times.
    expect(new Remembering(1, { ip: 3, times: 4 }).columns.stride).toBe(6 + 4 + 4);
  });

  it('has the same layout in whatever order and with whatever window the handles are declared', () => {
    const [a, b] = [7, 0].map((windowSeconds) => [
      recentValues({ per: 'user_id', of: 'ip', keep: 2, windowSeconds }),
      recentTimes({ per: 'user_id', keep: 2, windowSeconds }),
    ]);
    expect(stateLayoutOf(a)).toBe('times, 2; values of ip, 2');
    expect(stateLayoutOf(b.toReversed())).toBe(stateLayoutOf(a));
    const one = new StateColumns(2, a, FIELDS);
    one.see(0, true, Float64Array.of(5, -1), 100);
    const other = new StateColumns(2, b.toReversed(), FIELDS);
    other.array.words.set(one.array.words);
    other.see(0, false, Float64Array.of(6, -1), 100);
    expect(b.map(({ size }) => size)).toEqual([1, 1]);
  });

  it.each([
    ['another field', recentValues({ per: 'user_id', of: 'locale', keep: 2, windowSeconds: 0 })],
    ['another number', recentValues({ per: 'user_id', of: 'ip', keep: 3, windowSeconds: 0 })],
    ['times', recentTimes({ per: 'user_id', keep: 2, windowSeconds: 0 })],
  ])('has another layout with %s', (_, handle) => {
    const ip = recentValues({ per: 'user_id', of: 'ip', keep: 2, windowSeconds: 0 });
    expect(stateLayoutOf([handle])).not.toBe(stateLayoutOf([ip]));
  });
});
