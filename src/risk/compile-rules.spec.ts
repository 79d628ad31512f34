import { describe, expect, it } from '@jest/globals';
import { compileRules } from './compile-rules.js';

const LOGIN = { ips_in_window: 2, users_in_window: 1 };

describe(compileRules.name, () => {
  it.each([
    [[], 0],
    [[false], 0],
    [[true], 0b1],
    [[true, false, true], 0b101],
    [[false, true, true, false, true], 0b10110],
  ])('of rules that fire %j makes %i', (firing, fired) => {
    const rules = firing.map((fires) => ({ state: {}, fires: () => fires }));
    expect(compileRules(rules)(LOGIN)).toBe(fired);
  });

  it('shows the login to every rule', () => {
    const seen: object[] = [];
    const rule = { state: {}, fires: (login: object) => seen.push(login) === 0 };
    expect(compileRules([rule, rule])(LOGIN)).toBe(0);
    expect(seen).toEqual([LOGIN, LOGIN]);
  });
});
