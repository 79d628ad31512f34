import type { RiskSettings } from '../../config/risk.settings.js';
import { recentTimes } from '../../enrichment/state-handles.js';
import type { RecentTimes } from '../../enrichment/state-handles.js';
import type { RiskRule } from '../rule.js';

/** The times remembered are one fewer than the logins of a burst, so that with this login they are exactly those to look at. */
export class LoginBurst implements RiskRule {
  static readonly reason = 'login_burst';
  static readonly weight = 'loginBurst';
  static readonly reads = [] as const;
  static readonly meaning =
    'At least `RISK_BURST_LOGINS` logins of the user lie within `RISK_BURST_SECONDS` of event time, this one included.';

  readonly state: { readonly logins: RecentTimes };
  private readonly seconds: number;

  constructor({ burstLogins, burstSeconds }: RiskSettings) {
    this.state = {
      logins: recentTimes({ per: 'user_id', keep: burstLogins - 1, windowSeconds: burstSeconds }),
    };
    this.seconds = burstSeconds;
  }

  fires(): boolean {
    const { size, times, now } = this.state.logins;
    if (size < times.length) return false;
    let first = now;
    let last = now;
    for (let i = 0; i < size; i++) {
      first = Math.min(first, times[i]);
      last = Math.max(last, times[i]);
    }
    return last - first <= this.seconds;
  }
}
