import { integer } from './rule.js';
import { Setting } from './setting.decorator.js';

/** What the service remembers between logins, and how much of it. */
export class AnalyticsSettings {
  static readonly title = 'Analytics';

  /** Seconds; 0 = off. */
  @Setting(
    'DEDUPE_SECONDS',
    integer(0, 31_536_000),
    'A record with the identical value as one that was processed is filtered as `duplicate` when they arrived at most this many seconds apart; 0 = off.',
  )
  readonly dedupeSeconds: number = 600;

  @Setting(
    'DEDUPE_LIMIT',
    integer(1, 50_000_000),
    'How many values are remembered to find duplicates; then the first ones remembered go.',
  )
  readonly dedupeLimit: number = 1_000_000;

  /** Seconds; 0 = as long as the row is held. */
  @Setting(
    'ANALYTICS_WINDOW_SECONDS',
    integer(0, 999_999_999_999),
    'How far apart two logins may lie in event time to make each other suspicious, in seconds; 0 = as long as the row is held.',
  )
  readonly windowSeconds: number = 86_400;

  /** Seconds. */
  @Setting(
    'SESSION_GAP_SECONDS',
    integer(1, 2_592_000),
    'A login this many seconds after the last one of a session, or fewer, belongs to it.',
  )
  readonly sessionGapSeconds: number = 1_800;

  @Setting('MAX_USERS', integer(1, 20_000_000), 'How many users have a row; then the oldest rows go.')
  readonly maxUsers: number = 1_000_000;

  @Setting('MAX_DEVICES', integer(1, 20_000_000), 'How many devices have a row; then the oldest rows go.')
  readonly maxDevices: number = 1_000_000;

  @Setting(
    'MAP_LIMIT',
    integer(1, 1_000_000),
    'How many keys each count by value (version, locale, device type) has; further ones share `other`.',
  )
  readonly mapLimit: number = 1_000;
}
