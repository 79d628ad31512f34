import { describe, expect, it } from '@jest/globals';
import { NORMAL, SHORT } from './case.js';
import { CASES } from './cases/index.js';
import { readOptions } from './options.js';

const read = (...argv: string[]) => readOptions(argv, CASES);
const names = ({ cases }: ReturnType<typeof read>) => cases.map(({ name }) => name);

describe('the options of chaos', () => {
  it('are every case, with seed 1, unless something else is said', () => {
    expect(read()).toEqual({ list: false, docs: false, keep: false, seed: 1, size: NORMAL, cases: CASES });
  });

  it('choose cases by name, and how much of them', () => {
    const options = read('--only', 'sigterm', '--only', 'kill-9-one', '--kills', '100', '--seed', '7');
    expect(names(options)).toEqual(['sigterm', 'kill-9-one']);
    expect(options).toMatchObject({ seed: 7, size: { ...NORMAL, kills: 100 } });
  });

  it('choose the short form', () => {
    const options = read('--short');
    expect(options.size).toEqual(SHORT);
    expect(names(options).length).toBeGreaterThanOrEqual(3);
    expect(names(options).length).toBeLessThan(CASES.length / 2);
  });

  it.each([
    [['--only', 'nothing'], /no case nothing/],
    [['--kills', 'many'], /--kills needs a whole number/],
    [['--kill', '3'], /--kill/],
  ])('refuse %j', (argv, reason) => {
    expect(() => read(...argv)).toThrow(reason);
  });

  it('know each case by one name', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });
});
