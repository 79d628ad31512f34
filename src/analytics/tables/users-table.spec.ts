import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IpKey } from './ip-key.js';
import { KeyHash } from './key-hash.js';
import { LocaleIds } from './locale-ids.js';
import { PlainUsers, stateOf, storedPart } from './testing.js';
import { UsersTable } from './users-table.js';

/** Texts of five addresses, with their numbers. */
const ADDRESSES: [text: string, number: bigint][] = [
  ['10.0.0.1', 0xffff_0a00_0001n],
  ['::ffff:10.0.0.1', 0xffff_0a00_0001n],
  ['200.0.0.1', 0xffff_c800_0001n],
  ['::', 0n],
  ['2001:db8::1', 0x2001_0db8_0000_0000_0000_0000_0000_0001n],
  ['2001:DB8:0:0:8000::', 0x2001_0db8_0000_0000_8000_0000_0000_0000n],
];

interface Event {
  readonly user: string;
  readonly ip: [string, bigint];
  readonly locale: string;
  readonly time: number;
}

const event: fc.Arbitrary<Event> = fc.record({
  user: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'ü\0'),
  ip: fc.constantFrom(...ADDRESSES),
  locale: fc.constantFrom('NC', 'en-US', 'RU', 'AA'),
  time: fc.oneof(
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 2 ** 31 - 8, max: 2 ** 31 + 8 }),
    fc.integer({ min: 2 ** 32 - 20, max: 2 ** 32 - 1 }),
  ),
});
const events = (maxLength: number) => fc.array(event, { maxLength });
const settings = fc.record({
  capacity: fc.integer({ min: 1, max: 7 }),
  window: fc.constantFrom(0, 1, 5, 20),
  gap: fc.constantFrom(1, 3, 10),
});

class Users {
  readonly table: UsersTable;
  readonly locales = new LocaleIds(10, () => {});
  private readonly user = new KeyHash([5, 6]);
  private readonly ip = new IpKey();

  /** @returns whether there was a row */
  forget(user: string): boolean {
    this.user.ofString(user);
    return this.table.forget(this.user) >= 0;
  }

  constructor({ capacity, window, gap }: { capacity: number; window: number; gap: number }) {
    this.table = new UsersTable(capacity, window, gap, this.locales, this.ip);
  }

  login({ user, ip, locale, time }: Event) {
    const { table } = this;
    this.user.ofString(user);
    this.ip.read(ip[0]);
    table.login(this.user, this.locales.idOf(locale), time);
    if (table.sessionStarted) table.setSessionId(table.row, user, time);
    return {
      otherIps: table.otherIps,
      otherLocales: table.otherLocales,
      sessionStarted: table.sessionStarted,
      sessionId: table.sessionIdOf(table.row),
      sessionCount: table.sessionCount,
      sessionLogins: table.sessionLogins,
      active: table.activeSessions,
      size: table.size,
      evictions: table.evictions,
      sessionsStarted: table.sessionsStarted,
    };
  }
}

describe(UsersTable.name, () => {
  it('says of every login what a plain memory of everything says, evictions included', () => {
    fc.assert(
      fc.property(settings, events(60), (values, list) => {
        const users = new Users(values);
        const plain = new PlainUsers(values.capacity, values.window, values.gap);
        expect(list.map((each) => users.login(each))).toEqual(
          list.map(({ user, ip, locale, time }) => plain.login(user, ip[1], locale, time)),
        );
      }),
      { numRuns: 800 },
    );
  });

  it('says of a login the same whatever the order of the earlier ones, as far as no session is concerned', () => {
    const orders = events(12).chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(settings, orders, event, (values, [list, shuffled], last) => {
        const [one, other] = [list, shuffled].map((order) => {
          const users = new Users({ ...values, capacity: 6 });
          order.forEach((each) => users.login(each));
          const { otherIps, otherLocales } = users.login(last);
          return { otherIps, otherLocales };
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 300 },
    );
  });

  it('goes on as before when it was saved and restored', async () => {
    await fc.assert(
      fc.asyncProperty(settings, events(40), events(40), async (values, before, after) => {
        const original = new Users(values);
        before.forEach((each) => original.login(each));
        const restored = new Users(values);
        await restored.table.restore(stateOf('users', original.table));
        restored.locales.restore(storedPart('locales', original.locales.facts()));
        expect(after.map((each) => restored.login(each))).toEqual(after.map((each) => original.login(each)));
        expect(restored.table.facts()).toMatchObject({
          ...original.table.facts(),
          addresses: expect.any(Number),
        });
      }),
      { numRuns: 300 },
    );
  });

  it('erases a user as if there had been none, but for the sessions that were counted', () => {
    fc.assert(
      fc.property(settings, fc.array(fc.tuple(event, fc.boolean()), { maxLength: 60 }), (values, steps) => {
        const users = new Users(values);
        const plain = new PlainUsers(values.capacity, values.window, values.gap);
        for (const [each, isForgotten] of steps) {
          if (isForgotten) expect(users.forget(each.user)).toBe(plain.forget(each.user));
          else {
            const { user, ip, locale, time } = each;
            expect(users.login(each)).toEqual(plain.login(user, ip[1], locale, time));
          }
        }
      }),
      { numRuns: 800 },
    );
  });

  it('has as many addresses in its pool as its rows have, and none when they are gone', () => {
    const users = new Users({ capacity: 3, window: 0, gap: 1 });
    const of = (user: string, ip: number, time: number) =>
      users.login({ user, ip: ADDRESSES[ip], locale: 'NC', time });
    const { bytes: empty } = users.table;
    of('a', 3, 1);
    const { bytes: one } = users.table;
    of('a', 4, 2);
    expect(users.table.bytes - one).toBe(16);
    of('a', 0, 3);
    of('a', 2, 4);
    expect(one - users.table.bytes).toBe(16);
    of('a', 4, 5);
    users.forget('a');
    expect(users.table.bytes).toBe(empty);
  });

  it('names every locale id that a row holds', () => {
    fc.assert(
      fc.property(events(40), (list) => {
        const users = new Users({ capacity: 6, window: 0, gap: 1 });
        const lasts = new Map<string, Map<string, number>>();
        for (const each of list) {
          users.login(each);
          const locales = lasts.get(each.user) ?? new Map<string, number>();
          lasts.set(each.user, locales.set(each.locale, Math.max(each.time, locales.get(each.locale) ?? 0)));
        }
        const held = [...lasts.values()].flatMap((locales) =>
          [...locales]
            .sort(([a, timeA], [b, timeB]) => timeB - timeA || (a < b ? -1 : 1))
            .slice(0, 2)
            .map(([locale]) => locale),
        );
        const named = new Set<string>();
        users.table.eachLocaleId((id) => named.add(users.locales.nameOf(id)));
        expect(named).toEqual(new Set(held));
      }),
    );
  });
});
