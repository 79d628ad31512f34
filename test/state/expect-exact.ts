import { expect } from '@jest/globals';
import { ID_HEADER, exactlyOnce, judge } from '../delivery/verdict.js';
import { expectAscending, expectWindows, summaryOf } from '../summary/summary-record.js';
import type { ReadRecord } from '../support/kafka.js';
import type { StateScenario } from './state-scenario.js';

export interface Exactness {
  /** State was never built anew in another order than the first time, so that summaries join, too. Default true. */
  readonly inOrder?: boolean;
}

/** Each input has one outcome, of equal values one is processed, and each login was counted once. */
export async function expectExact(
  scenario: StateScenario,
  { inOrder = true }: Exactness = {},
): Promise<void> {
  expectTotals(await expectOnce(scenario));
  const summaries = await scenario.read('SUMMARY');
  expectAscending(summaries);
  if (inOrder) expectWindows(summaries.map(summaryOf));
}

/** Each input has one outcome, and of equal values one is processed. @returns the processed ones */
export async function expectOnce(scenario: StateScenario): Promise<readonly ReadRecord[]> {
  const [processed, errors, filtered] = [
    await scenario.read('OUTPUT'),
    await scenario.read('ERROR'),
    await scenario.read('FILTERED'),
  ];
  const outcomes = [...processed, ...errors, ...filtered];
  expect(judge(scenario.inputs.length, outcomes)).toEqual(exactlyOnce(scenario.inputs.length));
  expectNoCopies(scenario, processed);
  return processed;
}

/** The n-th login of a version says so: each number is there once. */
export function expectTotals(processed: readonly ReadRecord[]): void {
  const totals = new Map<unknown, number[]>();
  for (const { json } of processed) {
    const { app_version: version, total_logins_for_version: total } = json;
    totals.set(version, [...(totals.get(version) ?? []), total as number]);
  }
  for (const counts of totals.values())
    expect(counts.sort((a, b) => a - b)).toEqual(counts.map((_, index) => index + 1));
}

function expectNoCopies(scenario: StateScenario, processed: readonly ReadRecord[]): void {
  const values = processed.map(({ headers }) => scenario.inputs[Number(headers?.[ID_HEADER])]);
  expect(values.length - new Set(values).size).toBe(0);
}
