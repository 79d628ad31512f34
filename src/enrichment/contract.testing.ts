import fc from 'fast-check';
import type { EnrichedLogin } from '../pipeline/login.js';
import type { aLogin } from '../pipeline/testing.js';
import type { SyncProcessor } from './registered-processor.js';
import { RecentValues } from './state-handles.js';
import type { StateHandle } from './state-handles.js';

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ minLength: 1, maxLength, unit: 'grapheme-ascii' }),
    fc.string({ minLength: 1, maxLength, unit: 'binary' }),
  );
const number = fc.oneof(fc.nat(99), fc.nat(999_999_999)).map(String);
const letters = (length: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[A-Za-z]{${length}}$`));

/** Any login that validation lets through. */
export const validLogin = fc.record({
  user_id: text(128),
  app_version: fc.tuple(number, number, number).map((parts) => parts.join('.')),
  device_type: fc.oneof(fc.constantFrom('android', 'iOS', 'IOS'), text(64)),
  ip: fc.oneof(fc.ipV4(), fc.ipV6()),
  locale: fc.oneof(
    letters(2),
    fc.tuple(letters(2), fc.constantFrom('-', '_'), letters(2)).map((parts) => parts.join('')),
    fc.string({ minLength: 2, maxLength: 35 }),
  ),
  device_id: text(128),
  timestamp: fc.oneof(fc.integer({ min: 1.6e9, max: 1.8e9 }), fc.integer({ min: 1, max: 999_999_999_999 })),
});
export type ReceivedFields = Parameters<typeof aLogin>[0];

const count = fc.integer({ min: 1, max: 99 });

/** Whatever analytics may say of a login. */
export const analytics = fc.record({
  total_logins_for_version: count,
  total_logins_from_locale: count,
  most_common_device_type: text(64),
  suspicious_login: fc.boolean(),
  logs_from_multiple_locations: fc.boolean(),
  shared_device: fc.boolean(),
  session_id: fc.stringMatching(/^[0-9a-f]{16}$/),
  session_count: count,
  session_logins: count,
  ips_in_window: fc.integer({ min: 1, max: 3 }),
  users_in_window: fc.integer({ min: 1, max: 3 }),
});

const uint32 = fc.oneof(fc.nat(300), fc.nat(2 ** 32 - 1));

/** What a handle may hold: entries of a value and its age, the login's own value perhaps among them. */
export const remembered = fc.record({
  entries: fc.uniqueArray(
    fc.record({
      value: uint32,
      ago: fc.oneof(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -1e6, max: 1e8 })),
    }),
    { maxLength: 16, selector: ({ value }) => value },
  ),
  current: fc.oneof(uint32, fc.constant(-1)),
  isAmong: fc.boolean(),
});
export type Remembered = typeof remembered extends fc.Arbitrary<infer State> ? State : never;

/** Fills a handle as a store would. */
export function fill(
  handle: StateHandle,
  { entries, current, isAmong }: Remembered,
  eventTime: number,
): void {
  const now = Math.min(eventTime, 2 ** 32 - 1);
  const kept = entries.slice(0, handle.spec.keep);
  if (isAmong && current >= 0 && kept.length > 0 && !kept.some(({ value }) => value === current))
    kept[0] = { ...kept[0], value: current };
  handle.size = kept.length;
  handle.now = now;
  kept.forEach(({ value, ago }, index) => {
    handle.times[index] = Math.min(Math.max(now - ago, 1), 2 ** 32 - 1);
    if (handle instanceof RecentValues) handle.values[index] = value;
  });
  if (handle instanceof RecentValues) handle.current = current;
}

/** Runs a processor on a login that it can read and write only through a record of both. */
export function observed({ instance }: SyncProcessor, login: object, now: number) {
  const reads = new Set<PropertyKey>();
  const writes = new Map<PropertyKey, unknown>();
  const watched = new Proxy(login, {
    get: (target, field) => {
      reads.add(field);
      return Reflect.get(target, field);
    },
    set: (_, field, value) => {
      writes.set(field, value);
      return true;
    },
  });
  const result: unknown = instance.process(watched, watched, { now });
  return { reads: [...reads], writes: Object.fromEntries(writes), result };
}

/** A login that a look-up may only read, and that notes what is read. */
export function readOnly(login: EnrichedLogin, reads: Set<PropertyKey>): EnrichedLogin {
  return new Proxy(Object.freeze(login), {
    get: (target, field) => {
      reads.add(field);
      return Reflect.get(target, field);
    },
  });
}
