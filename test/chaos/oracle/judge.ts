import { Oracle } from '../../pipeline/oracle.js';
import type { OracleSettings } from '../../pipeline/oracle-fields.js';
import { RULES } from '../traffic/settings.js';
import { checkCounters, checkLastCounters } from './check-counters.js';
import { basicText, checkRecords, standardText } from './check-records.js';
import { checkLastSummary, checkSummaries } from './check-summaries.js';
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

/** By which rules a run is judged. */
export interface JudgeOptions {
  readonly profile: ChaosProfile;
  /** `SUMMARY_EVERY_MESSAGES` */
  readonly every: number;
  /**
   * State was lost, and partitions counted again what was committed of them, each for itself and in another order than before. What
   * keeps to one partition comes out the same. What all of them share does not go on from what was written before, but at the
   * end it is right; and a copy in one partition is processed, too, as long as another one has not counted again that it has been.
   */
  readonly recounts: boolean;
}

/** Judges a run by what lies in the input topic, with a second implementation of the rules. */
export function judge(
  inputs: readonly Input[],
  records: Records,
  { profile, every, recounts }: JudgeOptions,
): Verdict {
  const oracle = new Oracle({ ...RULES, ...(profile === 'basic' && BASIC) });
  const { outcomes, lost, twice, foreign } = match(inputs, records);
  const expectations = profile === 'standard' ? expectAll(inputs, oracle) : expectEach(inputs, oracle);
  const check = (): string[] => {
    if (profile === 'basic') return checkRecords(outcomes, expectations, basicText);
    const found = checkRecords(outcomes, expectations, standardText, recounts ? Infinity : 1);
    const totals = totalsOf(expectations);
    if (recounts)
      return [
        ...found,
        ...checkLastCounters(outcomes, totals),
        ...checkLastSummary(records.summaries, totals),
      ];
    return [...found, ...checkCounters(outcomes), ...checkSummaries(records.summaries, totals, every)];
  };
  return { messages: inputs.length, lost, twice, unequal: [...foreign, ...check()] };
}
