import { RiskSettings } from '../config/risk.settings.js';
import { LoginProcessor } from '../enrichment/processor.js';
import type { Adds, Reads } from '../enrichment/processor.js';
import type { StateHandle } from '../enrichment/state-handles.js';
import { compileRules } from './compile-rules.js';
import type { Judge } from './compile-rules.js';
import { RISK_NEEDS } from './rule.js';
import type { RiskField, RiskReason } from './rule.js';
import { RISK_RULES } from './rules/index.js';
import { allVerdicts } from './verdicts.js';
import type { Verdict } from './verdicts.js';

declare module '../pipeline/login.js' {
  interface Enrichment {
    /**
     * How much the login stands out: the weights of the rules that fired, added up.
     *
     * @integer
     * @minimum 0
     * @maximum 100
     */
    risk_score: number;
    /** The rules that fired, in their order; none when the score is 0. */
    risk_reasons: readonly RiskReason[];
  }
}

@LoginProcessor({
  needs: RISK_NEEDS,
  adds: ['risk_score', 'risk_reasons'],
  summary: 'How much the login stands out, from 0 to 100, and by which rules.',
})
export class LoginRiskProcessor {
  /** Of the rules that have a weight; undefined when none of them remembers anything. */
  readonly state: Readonly<Record<string, StateHandle>> | undefined;
  private readonly judge: Judge;
  private readonly verdicts: readonly Verdict[];

  constructor(settings: RiskSettings) {
    const active = RISK_RULES.filter(({ weight }) => settings[weight] > 0);
    const rules = active.map((Rule) => new Rule(settings));
    const handles = rules.flatMap(({ state }) => Object.entries(state));
    this.state = handles.length > 0 ? Object.fromEntries(handles) : undefined;
    this.judge = compileRules(rules);
    this.verdicts = allVerdicts(active.map(({ reason, weight }) => ({ reason, weight: settings[weight] })));
  }

  process(login: Reads<RiskField>, add: Adds<'risk_score' | 'risk_reasons'>): void {
    const { score, reasons } = this.verdicts[this.judge(login)];
    add.risk_score = score;
    add.risk_reasons = reasons;
  }
}
