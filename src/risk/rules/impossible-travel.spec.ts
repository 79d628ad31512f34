import { describe, expect, it } from '@jest/globals';
import { countryId } from '../country-id.js';
import { rememberValues, riskSettings } from '../testing.js';
import { ImpossibleTravel } from './impossible-travel.js';

const NOW = 1_711_302_636;
const HOUR = 3_600;

/** @param remembered countries, and how many seconds before this login; negative: after it */
function fires(
  country: string | null,
  remembered: readonly (readonly [country: string, ago: number])[],
  settings: Parameters<typeof riskSettings>[0] = {},
): boolean {
  const rule = new ImpossibleTravel(riskSettings(settings));
  rememberValues(
    rule.state.countries,
    remembered.map(([other, ago]) => [countryId(other), NOW - ago]),
    country === null ? -1 : countryId(country),
    NOW,
  );
  return rule.fires();
}

describe('impossible_travel', () => {
  // From the middle of Germany it is some 7,800 km to that of the United States, 760 km to that of France.
  it.each<[string, string | null, [string, number][], boolean]>([
    ['does not fire for the first login of a user', 'US', [], false],
    ['does not fire in one country, however fast', 'US', [['US', 0]], false],
    ['fires from Germany to the United States within an hour', 'US', [['DE', HOUR]], true],
    ['fires when no airliner makes it', 'US', [['DE', 7 * HOUR]], true],
    ['does not fire when an airliner makes it', 'US', [['DE', 8 * HOUR]], false],
    ['fires as well when the login before arrives later', 'DE', [['US', -HOUR]], true],
    ['fires at the same moment', 'US', [['DE', 0]], true],
    ['does not fire between small neighbours, even at the same moment', 'NL', [['BE', 0]], false],
    ['fires between large neighbours within half an hour', 'FR', [['DE', HOUR / 2]], true],
    ['does not fire between large neighbours within an hour', 'FR', [['DE', HOUR]], false],
    [
      'fires because of the other of two countries',
      'US',
      [
        ['US', 60],
        ['JP', HOUR],
      ],
      true,
    ],
    [
      'does not fire when both are far enough back',
      'US',
      [
        ['DE', 24 * HOUR],
        ['JP', 48 * HOUR],
      ],
      false,
    ],
    ['does not fire without a place', null, [['DE', 0]], false],
  ])('%s', (_, country, remembered, expected) => {
    expect(fires(country, remembered)).toBe(expected);
  });

  it.each([
    [100, 2_000, false],
    [99, 2_000, false],
    [100, 700, true],
    [2_000, 500, false],
  ])(
    'from Germany to France in an hour, with %i km/h and %i km, fires: %s',
    (travelKmh, travelMinKm, expected) => {
      expect(fires('FR', [['DE', HOUR]], { travelKmh, travelMinKm })).toBe(expected);
    },
  );

  it('remembers two countries for each user', () => {
    expect(new ImpossibleTravel(riskSettings()).state.countries.spec).toEqual({
      per: 'user_id',
      of: 'country_id',
      keep: 2,
      windowSeconds: 0,
    });
  });
});
