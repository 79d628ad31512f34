import type { RiskSettings } from '../../config/risk.settings.js';
import type { Enrichment } from '../../pipeline/login.js';
import type { RiskRule } from '../rule.js';

/** With `RISK_SHARED_USERS=2` it fires exactly when the field `shared_device` is true. */
export class SharedDevice implements RiskRule {
  static readonly reason = 'shared_device';
  static readonly weight = 'sharedDevice';
  static readonly reads = ['users_in_window'] as const;
  static readonly meaning =
    'At least `RISK_SHARED_USERS` users logged in with the device within `ANALYTICS_WINDOW_SECONDS` of this login, this one included.';

  readonly state = {};

  constructor(private readonly settings: RiskSettings) {}

  fires({ users_in_window }: Readonly<Pick<Enrichment, 'users_in_window'>>): boolean {
    return users_in_window >= this.settings.sharedUsers;
  }
}
