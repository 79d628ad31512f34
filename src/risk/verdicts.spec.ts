import { describe, expect, it } from '@jest/globals';
import { allVerdicts } from './verdicts.js';

describe(allVerdicts.name, () => {
  const verdicts = allVerdicts([
    { reason: 'several_ips', weight: 25 },
    { reason: 'impossible_travel', weight: 60 },
    { reason: 'new_device', weight: 20 },
  ]);

  it.each([
    [0b000, 0, []],
    [0b001, 25, ['several_ips']],
    [0b010, 60, ['impossible_travel']],
    [0b101, 45, ['several_ips', 'new_device']],
    [0b111, 100, ['several_ips', 'impossible_travel', 'new_device']],
  ])('has for the set %i the score %i', (fired, score, reasons) => {
    expect(verdicts[fired]).toEqual({ score, reasons });
  });

  it('has one for every set, and lists that nobody can change', () => {
    expect(verdicts).toHaveLength(8);
    expect(verdicts.every(({ reasons }) => Object.isFrozen(reasons))).toBe(true);
  });

  it('has one verdict where no rule has a weight', () => {
    expect(allVerdicts([])).toEqual([{ score: 0, reasons: [] }]);
  });
});
