import type { LookupRules } from './batch-lookup.js';

/** More than this no timer takes. */
const MOST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Checks what the compiler checks as well: an extension may be written without one.
 *
 * @throws Error when a failure would have no outcome
 */
export function checkRules(name: string, adds: readonly string[], rules: LookupRules): void {
  const { timeoutMs, onFailure } = rules;
  if (!(timeoutMs > 0 && timeoutMs <= MOST_TIMEOUT_MS))
    throw new Error(`${name} needs a timeoutMs above 0: how long a batch waits for an answer.`);
  if (onFailure === 'wait') return;
  if (onFailure !== 'default')
    throw new Error(`${name} needs an onFailure that says what happens to a batch: "default" or "wait".`);
  const values: object = rules.default ?? {};
  const missing = adds.find((field) => !Object.hasOwn(values, field));
  if (missing !== undefined)
    throw new Error(`${name} adds "${missing}", and its default has no value for it when the look-up fails.`);
}
