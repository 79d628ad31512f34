import fc from 'fast-check';
import type { EnrichedLogin } from '../pipeline/login.js';
import { Filtered, Rejected } from '../pipeline/outcome.js';
import type { ErrorType, FilterReason, Outcome } from '../pipeline/outcome.js';
import { aLogin, aRawRecord } from '../pipeline/testing.js';
import type { ModelLogin } from './model-login.testing.js';

/** A record of random traffic: a login, a copy of the value of one before it, or what never became one. */
export type TrafficRecord =
  | { readonly kind: 'login'; readonly login: TrafficLogin; readonly arrival: number }
  | { readonly kind: 'copy'; readonly back: number; readonly arrival: number }
  | { readonly kind: 'error'; readonly type: ErrorType }
  | { readonly kind: 'filtered'; readonly reason: FilterReason };

export interface TrafficBatch {
  readonly partition: number;
  readonly records: readonly TrafficRecord[];
  /** How long after the batch before it, in milliseconds. */
  readonly later: number;
  /** Whether a summary by time follows. */
  readonly summary: boolean;
}

type TrafficLogin = Omit<ModelLogin, 'value' | 'arrival' | 'partition' | 'offset'>;

const START_SECONDS = 1_711_302_600;
const START_MS = START_SECONDS * 1000;
const HOUR = 3_600;
const IPS = ['10.0.0.1', '::ffff:10.0.0.1', '200.1.1.1', '2001:db8::1', '2001:DB8:0::1', 'ff02::1', '::'];

/** Few of everything, so that logins meet: same users on same devices, same seconds, other ways to write an address. */
const loginOf = (spread: number): fc.Arbitrary<TrafficLogin> =>
  fc
    .record({
      user_id: fc.constantFrom('u1', 'u2', 'u3', 'Ünï', '__proto__'),
      device_id: fc.constantFrom('d1', 'd2', 'constructor'),
      app_version: fc.constantFrom('1.0.0', '1.0.1', '2.3.0', '10.0.0'),
      locale: fc.constantFrom('NC', 'nc', 'RU', 'de-DE', 'other', '__proto__'),
      ip: fc.constantFrom(...IPS),
      device_type: fc.constantFrom('android', 'ios', 'web', 'other', '__proto__'),
      region: fc.constantFrom('South', 'Europe', 'Other'),
      ip_country: fc.constantFrom('US', 'RU', null),
      event_time: fc.oneof(
        fc.integer({ min: 1, max: spread }),
        fc.integer({ min: 1, max: 200 }).map((hours) => hours * HOUR),
      ),
    })
    .map((login) => ({ ...login, event_time: START_SECONDS + login.event_time }));

/** Coarse, so that two are often apart by just as much as duplicates may be. */
const arrival = fc.integer({ min: 0, max: 10 }).map((halves) => START_MS + 500 * halves);

const record = (spread: number): fc.Arbitrary<TrafficRecord> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('login'), login: loginOf(spread), arrival }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('copy'), back: fc.integer({ min: 1, max: 8 }), arrival }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('error'),
        type: fc.constantFrom('not_json', 'missing_fields'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('filtered'),
        reason: fc.constantFrom('filtered_device_type', 'filtered_age'),
      }),
    },
  );

/** @param spread seconds over which most event times lie */
export const traffic = (spread: number): fc.Arbitrary<readonly TrafficBatch[]> =>
  fc.array(
    fc.record({
      partition: fc.integer({ min: 0, max: 2 }),
      records: fc.array(record(spread), { maxLength: 12 }),
      later: fc.integer({ min: 0, max: 3_000 }),
      summary: fc.boolean(),
    }),
    { maxLength: 6 },
  );

/** A record in two forms: what the store is given, and what the model is. */
export interface TwoForms {
  readonly outcome: Outcome;
  /** Null where the record never became a login. */
  readonly login: ModelLogin | null;
}

/** Gives records their places, one after the other. */
export class Placing {
  private readonly logins: TrafficLogin[] = [];
  private readonly offsets = [0, 0, 0];

  place(record: TrafficRecord, partition: number): TwoForms {
    const offset = this.offsets[partition]++;
    if (record.kind === 'error')
      return {
        outcome: new Rejected(aRawRecord({ offset: String(offset) }), record.type, [], null),
        login: null,
      };
    if (record.kind === 'filtered') return { outcome: new Filtered(aLogin(), record.reason), login: null };
    const before = record.kind === 'copy' ? this.logins.at(-record.back) : record.login;
    const login = before ?? this.logins[0];
    if (login === undefined) return { outcome: new Filtered(aLogin(), 'filtered_age'), login: null };
    this.logins.push(login);
    return bothForms({ ...login, value: JSON.stringify(login), arrival: record.arrival, partition, offset });
  }
}

/** A login as the pipeline hands it over to the store, its own fields and the processors'. */
export function bothForms(login: ModelLogin): { outcome: EnrichedLogin; login: ModelLogin } {
  const { user_id, app_version, device_type, ip, locale, device_id, event_time, region, ip_country } = login;
  const received = { user_id, app_version, device_type, ip, locale, device_id, timestamp: event_time };
  const raw = {
    value: Buffer.from(login.value),
    offset: String(login.offset),
    timestamp: String(login.arrival),
  };
  const enrichment = { device_type_lower: device_type, region, ip_country };
  return { outcome: Object.assign(aLogin(received, raw), enrichment) as EnrichedLogin, login };
}
