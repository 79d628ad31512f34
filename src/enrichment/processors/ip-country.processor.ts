import { ipCountry } from '../geo/ip-country.js';
import { LoginProcessor } from '../processor.js';
import type { Adds, Reads } from '../processor.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /**
     * ISO 3166-1 alpha-2 code of the country the address is registered in; null if none is known.
     *
     * @pattern ^[A-Z]{2}$
     */
    ip_country: string | null;
  }
}

@LoginProcessor({
  needs: ['ip', 'ip_category'],
  adds: ['ip_country'],
  summary: 'The country that the IP is registered in (ISO 3166-1 alpha-2), or null.',
})
export class IpCountryProcessor {
  process({ ip, ip_category }: Reads<'ip' | 'ip_category'>, add: Adds<'ip_country'>): void {
    add.ip_country = ip_category === 'public' ? ipCountry(ip) : null;
  }
}
