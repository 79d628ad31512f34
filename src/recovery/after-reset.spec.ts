import { describe, expect, it } from '@jest/globals';
import { afterReset } from './after-reset.js';
import { planRecovery } from './plan-recovery.js';
import type { PartitionFacts } from './recovery-plan.js';

const facts = (committed: number | null, logStart: number): PartitionFacts => ({
  ...{ committed, logStart, logEnd: 500, isAnother: false },
});

describe(afterReset, () => {
  it('reads what the input still has, and takes the rest for given up', () => {
    const partitions = new Map([
      [0, facts(300, 100)],
      [1, facts(200, 0)],
      [2, facts(250, 250)],
      [3, facts(null, 90)],
    ]);
    const plan = planRecovery([], partitions);
    expect(plan.losses.length).toBe(2);
    const { steps, losses, remarks } = afterReset(plan, partitions);
    expect(losses).toEqual([]);
    expect(remarks).toEqual([
      ...plan.remarks,
      ...plan.losses.map((loss) => `${loss}; it was reset, so it begins without them`),
    ]);
    const ranges = new Map([
      [0, { from: 100, end: 300 }],
      [1, { from: 0, end: 200 }],
    ]);
    expect(steps).toEqual([{ kind: 'unordered', ranges }]);
  });

  it('changes nothing where there is a checkpoint', () => {
    const generation = { id: 7, positions: new Map([[0, { next: 10, last: null }]]), entries: [] };
    const partitions = new Map([[0, facts(300, 100)]]);
    const plan = planRecovery([generation], partitions);
    expect(plan.losses.length).toBeGreaterThan(0);
    expect(afterReset(plan, partitions)).toBe(plan);
  });
});
