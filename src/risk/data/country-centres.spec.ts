import { describe, expect, it } from '@jest/globals';
import { CONTINENT } from '../../enrichment/data/continents.js';
import type { Continent } from '../../enrichment/data/continents.js';
import { ISO_3166_1 } from '../../enrichment/geo/iso-3166.js';
import { COUNTRY_CENTRES } from './country-centres.js';

/** South, north, west and east of all that counts as the continent; `west` beyond `east` goes over the date line. */
const REACH: Readonly<Record<Continent, readonly [number, number, number, number]>> = {
  Africa: [-35, 37, -25, 58],
  Antarctica: [-90, -49, -180, 180],
  Asia: [-13, 55, 34, 142],
  Europe: [34, 80, -19, 38],
  'Europe/Asia': [38, 62, 35, 106],
  'North America': [8, 75, -107, -41],
  Oceania: [-42, 20, 113, -130],
  'South America': [-52, 10, -79, -53],
};

/** US territories have no continent in the table of regions. */
const TERRITORIES: Readonly<Record<string, Continent>> = {
  AS: 'Oceania',
  GU: 'Oceania',
  MP: 'Oceania',
  PR: 'North America',
  VI: 'North America',
};

describe('COUNTRY_CENTRES', () => {
  it('has every country that an address can be registered in, and no other', () => {
    expect(Object.keys(COUNTRY_CENTRES).sort()).toEqual([...ISO_3166_1].sort());
  });

  it.each(Object.entries(COUNTRY_CENTRES))(
    'puts %s where its continent is',
    (code, [latitude, longitude]) => {
      const continent = CONTINENT.get(code) ?? TERRITORIES[code];
      const [south, north, west, east] = REACH[continent];
      expect(latitude).toBeGreaterThanOrEqual(south);
      expect(latitude).toBeLessThanOrEqual(north);
      const inside = [longitude >= west, longitude <= east];
      expect(west <= east ? inside.every(Boolean) : inside.some(Boolean)).toBe(true);
    },
  );

  it('has a place of its own for every country', () => {
    const places = Object.values(COUNTRY_CENTRES).map((place) => place.join());
    expect(new Set(places).size).toBe(places.length);
  });
});
