import type { LoginFields } from './login-fields.js';
import { fieldsJson, loginJson } from './login-fields.js';
import type { Random } from './random.js';

/** Makes a bad value out of a good login. A text is written as UTF-8. */
type Break = (login: LoginFields, random: Random) => string | Buffer | null;

export interface Fault {
  readonly name: string;
  /** Share among the bad ones, in percent. */
  readonly share: number;
  readonly break: Break;
}

const BAD_IPS = ['not_an_ip', '999.1.2.3', '10.0.0', '192.168.01.7', 'fe80::1%eth0', '2001:db8:::1', ''];
const BAD_VERSIONS = ['2.3', 'latest', 'v2.3.0', '2.03.0', '2.3.0-beta', '2.3.0.1', ''];
const BLANKS = ['', ' ', '\t', '\u00a0\u3000'];
/** Before the timestamp even in the shortest login, so that the rest doesn't depend on when it was made. */
const LATEST_CUT = 130;
/** More than any sensible `MAX_JSON_DEPTH`. */
const DEPTH = 200;
/** 2100-01-01: the clock of a phone that was never set. */
const FAR_FUTURE = 4_102_444_800;

const withFields =
  (change: (login: LoginFields, random: Random) => Record<string, unknown>): Break =>
  (login, random) =>
    fieldsJson({ ...login, ...change(login, random) });

/** Appends a member before the last brace: written as text, since some of them no object could hold. */
const withMember =
  (member: string): Break =>
  (login) =>
    `${loginJson(login).slice(0, -1)}, ${member}}`;

function fault(name: string, share: number, make: Break): Fault {
  return { name, share, break: make };
}

/**
 * What goes wrong, and how often. Missing `device_type` is the fault that real traffic has (5 % of it). All others are
 * rare, and each has exactly the fault of its name: the rest of the record is in order.
 */
export const FAULTS: readonly Fault[] = [
  fault(
    'missing_device_type',
    83,
    withFields(() => ({ device_type: undefined })),
  ),
  fault(
    'missing_user_id',
    1,
    withFields(() => ({ user_id: undefined })),
  ),
  fault(
    'null_field',
    1,
    withFields((login, random) => ({ [random.oneOf(Object.keys(login))]: null })),
  ),
  fault(
    'blank_user_id',
    1,
    withFields((_, random) => ({ user_id: random.oneOf(BLANKS) })),
  ),
  fault(
    'bad_ip',
    1,
    withFields((_, random) => ({ ip: random.oneOf(BAD_IPS) })),
  ),
  fault(
    'bad_app_version',
    1,
    withFields((_, random) => ({ app_version: random.oneOf(BAD_VERSIONS) })),
  ),
  fault(
    'timestamp_word',
    1,
    withFields(() => ({ timestamp: 'yesterday' })),
  ),
  fault(
    'timestamp_negative',
    1,
    withFields(({ timestamp }) => ({ timestamp: -Number(timestamp) })),
  ),
  fault(
    'timestamp_fraction',
    1,
    withFields(({ timestamp }) => ({ timestamp: Number(timestamp) + 0.25 })),
  ),
  fault(
    'timestamp_far_future',
    1,
    withFields(() => ({ timestamp: FAR_FUTURE })),
  ),
  fault('truncated', 1, (login, random) => loginJson(login).slice(0, random.between(1, LATEST_CUT))),
  fault('not_utf8', 1, (login) => Buffer.from(loginJson({ ...login, locale: 'Österreich' }), 'latin1')),
  fault('byte_order_mark', 1, (login) => `\ufeff${loginJson(login)}`),
  fault('array', 1, (login) => `[${loginJson(login)}]`),
  fault('empty_value', 1, () => ''),
  fault('null_value', 1, () => null),
  fault('proto_key', 1, withMember('"__proto__": {"admin": true}')),
  fault('too_deep', 1, withMember(`"context": ${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`)),
];
