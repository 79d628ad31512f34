import type { Enrichment } from '../../pipeline/login.js';
import type { RiskRule } from '../rule.js';

/** Fires exactly when `suspicious_login` is true; here it is one sign among others. */
export class SeveralIps implements RiskRule {
  static readonly reason = 'several_ips';
  static readonly weight = 'severalIps';
  static readonly reads = ['ips_in_window'] as const;
  static readonly meaning =
    'The user came from another address within `ANALYTICS_WINDOW_SECONDS` of this login.';

  readonly state = {};

  fires({ ips_in_window }: Readonly<Pick<Enrichment, 'ips_in_window'>>): boolean {
    return ips_in_window > 1;
  }
}
