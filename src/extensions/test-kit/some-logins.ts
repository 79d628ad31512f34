import { Random } from '../../cli/generator/random.js';
import type { EnrichedLogin } from '../../pipeline/login.js';
import { aLogin } from './a-login.js';

/** Of each field: usual values, and the edges of what validation lets through. */
const VALUES = {
  user_id: ['user-1', 'user-2', 'user-3', '\u0000', '👩‍👩‍👧', 'u'.repeat(128)],
  device_id: ['device-1', 'device-2', 'device-3', ' d ', '𝒟'.repeat(128)],
  app_version: ['2.3.0', '2.2.9', '10.0.1', '0.0.0', '999999999.999999999.999999999'],
  device_type: ['android', 'iOS', 'IOS', 'smart tv', 'x'.repeat(64)],
  ip: [
    '203.0.113.7',
    '10.0.0.1',
    '255.255.255.255',
    '2001:db8::1',
    '::',
    '::ffff:192.0.2.1',
    '2001:DB8:0:0:0:0:0:A',
  ],
  locale: ['NC', 'ru', 'en-US', 'de_DE', '??', '\u0000\u0000', 'x'.repeat(35)],
  timestamp: [1_711_302_636, 1_711_302_700, 1_711_389_036, '1711302640', 1, 4_102_444_800, 999_999_999_999],
};

/**
 * Valid logins of a few users and devices, in no order of time; the same seed gives the same.
 *
 * @param count how many
 */
export function someLogins(count: number, seed = 1): EnrichedLogin[] {
  const random = Random.fromSeed(seed, 'logins of a spec');
  return Array.from({ length: count }, () =>
    aLogin({
      user_id: random.oneOf(VALUES.user_id),
      app_version: random.oneOf(VALUES.app_version),
      device_type: random.oneOf(VALUES.device_type),
      ip: random.oneOf(VALUES.ip),
      locale: random.oneOf(VALUES.locale),
      device_id: random.oneOf(VALUES.device_id),
      timestamp: random.oneOf(VALUES.timestamp),
    }),
  );
}
