import type { RiskSettings } from '../config/risk.settings.js';
import type { StateHandle } from '../enrichment/state-handles.js';
import type { Enrichment } from '../pipeline/login.js';

/** Why a login stands out: the word of the rule that fired. */
export type RiskReason = 'several_ips' | 'impossible_travel' | 'new_device' | 'shared_device' | 'login_burst';

/** Fields of the login that rules read; the rest they learn from their handles. */
export const RISK_NEEDS = ['ips_in_window', 'users_in_window'] as const;
export type RiskField = (typeof RISK_NEEDS)[number];

/** The settings that are weights. */
export type RiskWeight = 'severalIps' | 'impossibleTravel' | 'newDevice' | 'sharedDevice' | 'loginBurst';

/** One way in which a login can stand out, with the settings of this service. */
export interface RiskRule {
  /** What the rule remembers. The names are those of the processor's state, so no two rules share one. */
  readonly state: Readonly<Record<string, StateHandle>>;
  /** Judges a login by its fields and by what the handles say of the time before it, and changes nothing. */
  fires(login: Readonly<Pick<Enrichment, RiskField>>): boolean;
}

/** What a rule's class says about it: the processor, the documentation and the specs go by that. */
export interface RiskRuleClass {
  new (settings: RiskSettings): RiskRule;
  readonly reason: RiskReason;
  /** What it adds to the score; at 0 there is no such rule, and nothing is remembered for it. */
  readonly weight: RiskWeight;
  readonly reads: readonly RiskField[];
  /** One sentence for people. */
  readonly meaning: string;
}
