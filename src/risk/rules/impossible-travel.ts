import type { RiskSettings } from '../../config/risk.settings.js';
import { recentValues } from '../../enrichment/state-handles.js';
import { kilometresBetween } from '../country-distance.js';
import type { RiskRule } from '../rule.js';

/** Where the user is and was before that: a login that arrives late may have come between the two. */
const REMEMBERED_COUNTRIES = 2;

const SECONDS_PER_HOUR = 3_600;

/**
 * A country's centre stands for all of it, so two logins either side of a border are as far apart as the middles of the
 * countries. The least distance is there for small neighbours: between them no speed says anything.
 */
export class ImpossibleTravel implements RiskRule {
  static readonly reason = 'impossible_travel';
  static readonly weight = 'impossibleTravel';
  static readonly reads = [] as const;
  static readonly meaning = `One of the user’s ${REMEMBERED_COUNTRIES} latest countries is another than this login’s \`ip_country\`, more than \`RISK_TRAVEL_MIN_KM\` away, centre to centre, and to get from one to the other in the time between the two logins takes more than \`RISK_TRAVEL_KMH\`.`;

  readonly state = {
    countries: recentValues({
      per: 'user_id',
      of: 'country_id',
      keep: REMEMBERED_COUNTRIES,
      windowSeconds: 0,
    }),
  };

  constructor(private readonly settings: RiskSettings) {}

  fires(): boolean {
    const { current, size, values, times, now } = this.state.countries;
    if (current < 0) return false;
    for (let i = 0; i < size; i++)
      if (values[i] !== current && this.isImpossible(kilometresBetween(values[i], current), now - times[i]))
        return true;
    return false;
  }

  /** In no time any distance above the least one is impossible. */
  private isImpossible(kilometres: number, seconds: number): boolean {
    const { travelMinKm, travelKmh } = this.settings;
    return kilometres > travelMinKm && kilometres * SECONDS_PER_HOUR > travelKmh * Math.abs(seconds);
  }
}
