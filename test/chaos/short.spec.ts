import { describe, expect, it } from '@jest/globals';
import { SHORT } from './case.js';
import { CASES } from './cases/index.js';
import { reportOf } from './report.js';
import { isGood, runCase } from './run-case.js';

const SEED = 1;

/** The suite is `npm run chaos`: this is what of it has to pass with every change. */
describe('chaos, short form', () => {
  const cases = CASES.filter(({ short }) => short);

  it.each(cases)(
    '$title: nothing lost, nothing twice, nothing forgotten',
    async (each) => {
      const result = await runCase(each, SEED, SHORT);
      const report = reportOf(result);
      expect(isGood(result) ? '' : report).toBe('');
      expect(result.faults).toBeGreaterThan(0);
      expect(result.verdict!.messages).toBeGreaterThan(500);
    },
    240_000,
  );
});
