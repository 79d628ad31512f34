import { continents, countries } from 'countries-list';

export type Continent =
  'Africa' | 'Antarctica' | 'Asia' | 'Europe' | 'Europe/Asia' | 'North America' | 'Oceania' | 'South America';

/** They lie in both continents. */
const EUROPE_AND_ASIA = ['AZ', 'GE', 'KZ', 'RU', 'TR'];
/** US territories: neither a state nor, for the figures by region, a country. */
const US_TERRITORIES = ['AS', 'GU', 'MP', 'PR', 'VI'];

/** ISO 3166-1 codes, and the three that CLDR adds for real places (`AC`, `TA`, `XK`). */
export const CONTINENT: ReadonlyMap<string, Continent> = (() => {
  const table = new Map<string, Continent>();
  for (const [code, country] of Object.entries(countries)) {
    table.set(code, continents[country.continent] as Continent);
  }
  // The package follows GeoNames here; the United Nations and ASEAN count Timor-Leste as Asian.
  table.set('TL', 'Asia');
  for (const code of EUROPE_AND_ASIA) table.set(code, 'Europe/Asia');
  for (const code of US_TERRITORIES) table.delete(code);
  return table;
})();
