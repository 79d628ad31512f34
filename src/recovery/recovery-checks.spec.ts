import { describe, expect, it } from '@jest/globals';
import { DESCRIPTION } from '../analytics/durable/image.testing.js';
import { digestOf } from '../analytics/durable/journal-header.js';
import type { Decisions, LoadedGeneration } from './load-generations.js';
import { decidedOtherwise } from './recovery-checks.js';
import type { RecoveryPlan, RecoveryStep } from './recovery-plan.js';

const [FORMER, NOW, UNKNOWN] = ['10', '20', '30'].map((age) => JSON.stringify({ AGE: age }));
const BATCH: RecoveryStep = {
  kind: 'batch',
  partition: 0,
  range: { from: 0, end: 1 },
  now: 1,
  last: { offset: 0, timestamp: 1, hi: 0, lo: 0 },
};
const UNORDERED: RecoveryStep = { kind: 'unordered', ranges: new Map([[0, { from: 0, end: 1 }]]) };

/** A checkpoint that was written with the former settings, and what came after it. */
function losses({ ofBatches, latest }: Decisions, ...steps: readonly RecoveryStep[]): string {
  const generation: LoadedGeneration = {
    ...{ id: 1, sequence: 0, processed: 0, positions: new Map(), entries: [] },
    manifest: { ...DESCRIPTION, decisions: FORMER },
    decisions: { ofBatches: ofBatches.map(digestOf), latest: digestOf(latest) },
  };
  const plan = { checkpoint: 1, steps } as unknown as RecoveryPlan;
  return decidedOtherwise(plan, [generation], { ...DESCRIPTION, decisions: NOW }).join();
}

describe('What was decided with other settings', () => {
  it('is nothing where all batches were decided with these, whatever the checkpoint was', () => {
    expect(losses({ ofBatches: [NOW], latest: NOW }, BATCH)).toBe('');
    expect(losses({ ofBatches: [FORMER], latest: NOW }, UNORDERED)).toBe('');
    expect(losses({ ofBatches: [FORMER], latest: FORMER })).toBe('');
  });

  it('is named with its former values, and how it can be counted', () => {
    const says = /AGE \(was 10\)\. Start once with the former values/;
    expect(losses({ ofBatches: [FORMER], latest: FORMER }, BATCH)).toMatch(says);
    expect(losses({ ofBatches: [], latest: FORMER }, UNORDERED)).toMatch(says);
  });

  it('is said where no checkpoint has the values', () => {
    expect(losses({ ofBatches: [UNKNOWN], latest: UNKNOWN }, BATCH)).toMatch(
      /now: those of a start that has written no checkpoint\. Start once/,
    );
  });

  it('cannot be counted exactly when settings were changed in between', () => {
    expect(losses({ ofBatches: [FORMER, NOW], latest: NOW }, BATCH)).toMatch(
      /AGE \(was 10\)\. They were changed in between/,
    );
  });
});
