import type { RiskReason } from './rule.js';

/** What a login gets. The same object serves every login for which the same rules fire. */
export interface Verdict {
  readonly score: number;
  readonly reasons: readonly RiskReason[];
}

export const MOST_RISK = 100;

/**
 * The verdict for every set of rules that can fire: of each rule the bit with its index is set in the verdict's index. There
 * are few, so no login has to add weights or make a list.
 */
export function allVerdicts(
  rules: readonly { readonly reason: RiskReason; readonly weight: number }[],
): readonly Verdict[] {
  return Array.from({ length: 2 ** rules.length }, (_, fired) => {
    const those = rules.filter((_rule, index) => fired & (1 << index));
    const sum = those.reduce((total, { weight }) => total + weight, 0);
    return { score: Math.min(MOST_RISK, sum), reasons: Object.freeze(those.map(({ reason }) => reason)) };
  });
}
