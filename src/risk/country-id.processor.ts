import { LoginProcessor } from '../enrichment/processor.js';
import type { Adds, Reads } from '../enrichment/processor.js';
import { countryId } from './country-id.js';

declare module '../pipeline/login.js' {
  interface Enrichment {
    /**
     * `ip_country` as a number, as it is remembered for users; null where there is none.
     *
     * @integer
     * @minimum 0
     */
    country_id: number | null;
  }
}

@LoginProcessor({
  needs: ['ip_country'],
  adds: ['country_id'],
  summary: 'The country of the IP as a number, as it is remembered for users, or null.',
})
export class CountryIdProcessor {
  process({ ip_country }: Reads<'ip_country'>, add: Adds<'country_id'>): void {
    add.country_id = ip_country === null ? null : countryId(ip_country);
  }
}
