import { EnrichmentSettings } from '../../config/enrichment.settings.js';
import { BoundedCache } from '../bounded-cache.js';
import { CONTINENT } from '../data/continents.js';
import type { Continent } from '../data/continents.js';
import { US_CENSUS_REGION } from '../data/us-census-regions.js';
import type { UsCensusRegion } from '../data/us-census-regions.js';
import { LoginProcessor } from '../processor.js';
import type { Adds } from '../processor.js';
import type { Login } from '../../pipeline/login.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /** Census region of a US state, or continent of a country. */
    region: Region;
  }
}

export type Region = UsCensusRegion | Continent | 'Other';

/** Which tables a bare code is looked up in; the first that has it decides. */
const TABLES: Record<EnrichmentSettings['localeScheme'], readonly ReadonlyMap<string, Region>[]> = {
  'us-state': [US_CENSUS_REGION],
  country: [CONTINENT],
  auto: [US_CENSUS_REGION, CONTINENT],
};

/** The region of a BCP-47 tag, or of its POSIX form with `_`: after language, extended languages and script. */
const REGION_SUBTAG = /^[A-Z]{2,8}(?:[-_][A-Z]{3}){0,3}(?:[-_][A-Z]{4})?[-_]([A-Z]{2}|[0-9]{3})(?![A-Z0-9])/;

@LoginProcessor({
  needs: ['locale'],
  adds: ['region'],
  summary: 'Census region of a US state, or continent of a country, by the locale.',
})
export class RegionProcessor {
  private readonly regions: BoundedCache<Region>;

  constructor(settings: EnrichmentSettings) {
    const tables = TABLES[settings.localeScheme];
    this.regions = new BoundedCache((locale) => regionOf(locale.toUpperCase(), tables));
  }

  process({ locale }: Login, add: Adds<'region'>): void {
    add.region = this.regions.get(locale);
  }
}

function regionOf(locale: string, tables: readonly ReadonlyMap<string, Region>[]): Region {
  // A subtag always names a country, in every scheme: the CA of en-CA is Canada, not California.
  const subtag = REGION_SUBTAG.exec(locale)?.[1];
  if (subtag !== undefined) return CONTINENT.get(subtag) ?? 'Other';
  for (const table of tables) {
    const region = table.get(locale);
    if (region !== undefined) return region;
  }
  return 'Other';
}
