import { Oracle } from '../../pipeline/oracle.js';
import type { OracleSettings } from '../../pipeline/oracle-fields.js';
import { RULES } from '../traffic/settings.js';
import { checkCounters } from './check-counters.js';
import { basicText, checkRecords, standardText } from './check-records.js';
import { checkSummaries } from './check-summaries.js';
import { expectAll, expectEach } from './expect-all.js';
import type { Input } from './input.js';
import { match } from './outcomes.js';
import type { Records } from './outcomes.js';
import { totalsOf } from './totals.js';

export type ChaosProfile = 'standard' | 'basic';

export interface Verdict {
  readonly messages: number;
  /** Inputs without an outcome. */
  readonly lost: readonly string[];
  /** Inputs with more than one. */
  readonly twice: readonly string[];
  /** Everything else that is not as it must be: fields, counters, summaries, outcomes of nothing. */
  readonly unequal: readonly string[];
}

/** The profile `basic`, which remembers nothing. */
const BASIC: Partial<OracleSettings> = {
  DEVICE_TYPES: '*',
  DEDUPE_SECONDS: 0,
  UNKNOWN_FIELDS: 'keep',
  IP_PRIVACY: 'none',
  DEVICE_PRIVACY: 'none',
};

/**
 * Judges a run by what lies in the input topic, with a second implementation of the rules.
 *
 * @param every `SUMMARY_EVERY_MESSAGES`
 */
export function judge(
  inputs: readonly Input[],
  records: Records,
  profile: ChaosProfile,
  every: number,
): Verdict {
  const oracle = new Oracle({ ...RULES, ...(profile === 'basic' && BASIC) });
  const { outcomes, lost, twice, foreign } = match(inputs, records);
  const expectations = profile === 'standard' ? expectAll(inputs, oracle) : expectEach(inputs, oracle);
  const unequal =
    profile === 'basic'
      ? checkRecords(outcomes, expectations, basicText)
      : [
          ...checkRecords(outcomes, expectations, standardText),
          ...checkCounters(outcomes),
          ...checkSummaries(records.summaries, totalsOf(expectations), every),
        ];
  return { messages: inputs.length, lost, twice, unequal: [...foreign, ...unequal] };
}
