import { FAULTS } from './faults.js';
import type { GeneratedRecord } from './generated-record.js';
import type { LoginFields } from './login-fields.js';
import { loginJson } from './login-fields.js';
import { Random } from './random.js';
import { Redeliveries } from './redeliveries.js';
import { Sessions } from './sessions.js';
import { uuidBytes, uuidText } from './uuid.js';
import { weighted } from './weighted.js';

export interface TrafficOptions {
  readonly seed: number;
  /** Share of bad records, in percent. */
  readonly badPercent?: number;
  /** Users at the beginning; with newcomers there are up to ten times as many at a time. */
  readonly users?: number;
}

export interface GeneratorOptions extends TrafficOptions {
  /** Event time of the first record, Unix seconds. */
  readonly startSeconds: number;
  /** Records per second of event time. */
  readonly rate: number;
}

export interface Generator {
  next(): GeneratedRecord;
}

/** Five in six of the bad ones lack `device_type`: 5 % of all, as in real traffic. */
export const DEFAULT_BAD_PERCENT = 6;
export const DEFAULT_USERS = 2_000;
/** So that those who come to be fit in memory. */
export const MOST_FIRST_USERS = 100_000;

const EARLIEST_START = 1_000_000_000;
const TRACED = 0.02;

const drawFault = weighted(FAULTS.map((fault) => [fault, fault.share] as const));

/** How late an event is: mostly not at all, sometimes seconds, rarely minutes. */
const drawMostLate = weighted([
  [0, 970],
  [30, 20],
  [300, 8],
  [900, 2],
]);

/**
 * Realistic login traffic without an end. Pure: the same options give the same records, and another `startSeconds` or
 * `rate` changes only the `timestamp` in them.
 */
export function createGenerator(options: GeneratorOptions): Generator {
  const { startSeconds, rate } = options;
  check(rate > 0 && Number.isFinite(rate), 'The rate must be greater than 0.');
  check(
    Number.isSafeInteger(startSeconds) && startSeconds >= EARLIEST_START,
    `The start must be in whole Unix seconds, at least ${EARLIEST_START}.`,
  );
  let count = 0;
  return createLiveGenerator(options, () => startSeconds + Math.floor(count++ / rate));
}

/**
 * The same traffic with the event time of a clock, whatever that says: it changes only the `timestamp`.
 *
 * @param now asked once for each record; whole Unix seconds, of ten digits
 */
export function createLiveGenerator(options: TrafficOptions, now: () => number): Generator {
  const { seed, badPercent = DEFAULT_BAD_PERCENT, users = DEFAULT_USERS } = options;
  check(badPercent >= 0 && badPercent <= 100, 'The share of bad records must be from 0 to 100 percent.');
  check(
    Number.isInteger(users) && users > 0 && users <= MOST_FIRST_USERS,
    `The number of users must be from 1 to ${MOST_FIRST_USERS}.`,
  );

  const sessions = new Sessions(Random.fromSeed(seed, 'sessions'), users);
  const redeliveries = new Redeliveries(Random.fromSeed(seed, 'redeliveries'));
  const lateness = Random.fromSeed(seed, 'lateness');
  const faults = Random.fromSeed(seed, 'faults');
  const keys = Random.fromSeed(seed, 'keys');

  function nextLogin(seconds: number): LoginFields {
    const { user, device, place } = sessions.next();
    const mostLate = drawMostLate(lateness);
    const second = user.seconds.take(mostLate === 0 ? seconds : seconds - lateness.between(1, mostLate));
    return {
      user_id: user.id,
      app_version: device.appVersion,
      ip: place.ip,
      locale: place.locale,
      device_id: device.id,
      timestamp: device.textTimestamp ? String(second) : second,
      device_type: device.type,
    };
  }

  return {
    next() {
      const seconds = now();
      const copy = redeliveries.next();
      if (copy) return copy;

      const login = nextLogin(seconds);
      const key = uuidBytes(keys);
      const headers = keys.chance(TRACED) ? { traceparent: traceparent(keys) } : undefined;
      if (faults.chance(badPercent / 100)) {
        const fault = drawFault(faults);
        const value = fault.break(login, faults);
        return record(
          key,
          typeof value === 'string' ? Buffer.from(value, 'utf8') : value,
          fault.name,
          headers,
        );
      }
      const valid = record(key, Buffer.from(loginJson(login), 'latin1'), 'valid', headers);
      redeliveries.remember(valid);
      return valid;
    },
  };
}

function record(
  key: Buffer,
  value: Buffer | null,
  kind: string,
  headers: Record<string, Buffer> | undefined,
): GeneratedRecord {
  return headers ? { key, value, kind, headers } : { key, value, kind };
}

/** A W3C trace context, which some producers send. */
function traceparent(random: Random): Buffer {
  const trace = uuidText(random).replaceAll('-', '');
  const span = uuidText(random).replaceAll('-', '').slice(0, 16);
  return Buffer.from(`00-${trace}-${span}-01`, 'latin1');
}

function check(condition: boolean, message: string): void {
  if (!condition) throw new RangeError(message);
}
