import { describe, expect, it } from '@jest/globals';
import { rememberTimes, riskSettings } from '../testing.js';
import { LoginBurst } from './login-burst.js';

const NOW = 1_711_302_636;

/** @param ago seconds before this login of each remembered one; negative: after it */
function fires(ago: readonly number[], settings: Parameters<typeof riskSettings>[0] = {}): boolean {
  const rule = new LoginBurst(riskSettings(settings));
  rememberTimes(
    rule.state.logins,
    ago.map((seconds) => NOW - seconds),
    NOW,
  );
  return rule.fires();
}

describe('login_burst', () => {
  it.each([
    ['does not fire for the first login', [], false],
    ['does not fire for the fourth login at one moment', [0, 0, 0], false],
    ['fires for the fifth login at one moment', [0, 0, 0, 0], true],
    ['fires when the first of five was a minute ago', [60, 45, 30, 15], true],
    ['does not fire when the first of five was longer ago', [61, 45, 30, 15], false],
    ['fires for a login that arrives after later ones', [-60, -50, -10, -1], true],
    ['fires for a login in the middle of a minute', [30, 20, -10, -30], true],
    [
      'does not fire when five lie within more than a minute, however near each is',
      [40, 20, -20, -40],
      false,
    ],
    ['does not fire long after a burst', [86_400, 86_400, 86_400, 86_400], false],
  ])('%s', (_, ago, expected) => {
    expect(fires(ago)).toBe(expected);
  });

  it.each([
    [2, 10, [10], true],
    [2, 10, [11], false],
    [3, 3_600, [3_600, 1], true],
    [17, 1, Array<number>(16).fill(1), true],
    [17, 1, Array<number>(15).fill(1), false],
  ])(
    'with %i logins within %i s as a burst and logins %j s ago fires: %s',
    (burstLogins, burstSeconds, ago, expected) => {
      expect(fires(ago, { burstLogins, burstSeconds })).toBe(expected);
    },
  );

  it('remembers one time fewer than a burst has logins', () => {
    const { logins } = new LoginBurst(riskSettings({ burstLogins: 5, burstSeconds: 60 })).state;
    expect(logins.spec).toEqual({ per: 'user_id', keep: 4, windowSeconds: 60 });
  });
});
