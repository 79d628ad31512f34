import type { IpCategory } from '../data/special-purpose-addresses.js';
import { ipCategory } from '../ip/ip-category.js';
import { LoginProcessor } from '../processor.js';
import type { Adds } from '../processor.js';
import type { Login } from '../../pipeline/login.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /** What kind of address `ip` is, by the IANA special-purpose registries. */
    ip_category: IpCategory;
  }
}

@LoginProcessor({
  needs: ['ip'],
  adds: ['ip_category'],
  summary: 'What kind of address the IP is, by the IANA special-purpose registries.',
})
export class IpCategoryProcessor {
  process({ ip }: Login, add: Adds<'ip_category'>): void {
    add.ip_category = ipCategory(ip);
  }
}
