import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ISO_3166_1 } from '../enrichment/geo/iso-3166.js';
import { kilometresBetween } from './country-distance.js';
import { COUNTRY_IDS, countryId } from './country-id.js';
import { COUNTRY_CENTRES } from './data/country-centres.js';

const country = fc.constantFrom(...ISO_3166_1);
const kilometres = (a: string, b: string): number => kilometresBetween(countryId(a), countryId(b));

/** The spherical law of cosines: another way to the same distance. */
function byCosines(a: string, b: string): number {
  const [[north, east], [otherNorth, otherEast]] = [a, b].map((code) =>
    COUNTRY_CENTRES[code].map((degrees) => (degrees * Math.PI) / 180),
  );
  const cosine =
    Math.sin(north) * Math.sin(otherNorth) +
    Math.cos(north) * Math.cos(otherNorth) * Math.cos(east - otherEast);
  return 6_371 * Math.acos(Math.max(-1, Math.min(1, cosine)));
}

describe(kilometresBetween.name, () => {
  it.each([
    ['FR', 'DE', 800],
    ['ES', 'PT', 420],
    ['US', 'CA', 2_400],
    ['US', 'DE', 7_800],
    ['US', 'AU', 15_000],
    ['JP', 'US', 9_800],
    ['BR', 'ZA', 8_300],
    ['IN', 'CN', 2_800],
  ])('is from %s to %s about %i km', (a, b, expected) => {
    expect(Math.abs(kilometres(a, b) - expected)).toBeLessThan(0.06 * expected);
  });

  it('knows that Spain and New Zealand lie on opposite sides', () => {
    expect(kilometres('ES', 'NZ')).toBeGreaterThan(19_000);
    expect(kilometres('ES', 'NZ')).toBeLessThan(Math.PI * 6_371);
  });

  it('goes the short way over the date line', () => {
    expect(kilometres('FJ', 'WS')).toBeLessThan(1_300);
  });

  it('agrees with the law of cosines, both ways, and is 0 at home', () => {
    fc.assert(
      fc.property(country, country, (a, b) => {
        expect(Math.abs(kilometres(a, b) - byCosines(a, b))).toBeLessThan(0.01);
        expect(kilometres(a, b)).toBe(kilometres(b, a));
        expect(kilometres(a, a)).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is no number where an id is no country’s', () => {
    expect(kilometres('XX', 'DE')).toBeNaN();
  });
});

describe(countryId.name, () => {
  it('gives every country a number of its own, in the order of the codes', () => {
    const codes = [...ISO_3166_1].sort();
    const ids = codes.map(countryId);
    expect(new Set(ids).size).toBe(codes.length);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect([countryId('AA'), countryId('ZZ')]).toEqual([0, COUNTRY_IDS - 1]);
  });
});
