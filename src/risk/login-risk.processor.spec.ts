import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RiskSettings } from '../config/risk.settings.js';
import { settingsOf } from '../config/setting.decorator.js';
import { aLogin } from '../pipeline/testing.js';
import { countryId } from './country-id.js';
import { LoginRiskProcessor } from './login-risk.processor.js';
import { RISK_NEEDS } from './rule.js';
import { RISK_RULES } from './rules/index.js';
import { firedAlone, rememberHistory, riskSettings } from './testing.js';
import type { History } from './testing.js';

const NOW = 1_711_302_636;

/** Nothing stands out. */
const KNOWN: History = {
  now: NOW,
  current: { countries: countryId('US'), devices: 7 },
  countries: [[countryId('US'), NOW - 60]],
  devices: [[7, NOW - 60]],
  logins: [NOW - 60],
  fields: { ips_in_window: 1, users_in_window: 1 },
};

function judged(history: Partial<History>, settings: Partial<RiskSettings> = {}) {
  const processor = new LoginRiskProcessor(riskSettings(settings));
  const all = { ...KNOWN, ...history };
  rememberHistory(processor.state, all);
  const login = Object.assign(aLogin(), all.fields, {
    risk_score: -1,
    risk_reasons: [] as readonly string[],
  });
  processor.process(login, login as never);
  return { risk_score: login.risk_score, risk_reasons: login.risk_reasons };
}

const time = fc.integer({ min: NOW - 100, max: NOW + 100 });
const remembered = (values: fc.Arbitrary<number>) =>
  fc.uniqueArray(fc.tuple(values, time), { maxLength: 2, selector: ([value]) => value });
const country = fc.constantFrom('US', 'CA', 'DE', 'JP').map(countryId);
const device = fc.nat(3);
const aHistory: fc.Arbitrary<History> = fc.record({
  now: fc.constant(NOW),
  current: fc.record({ countries: fc.oneof(country, fc.constant(-1)), devices: device }),
  countries: remembered(country),
  devices: remembered(device),
  logins: fc.array(time, { maxLength: 1 }),
  fields: fc.record({
    ips_in_window: fc.integer({ min: 1, max: 3 }),
    users_in_window: fc.integer({ min: 1, max: 3 }),
  }),
});
const weight = fc.oneof(fc.nat(100), fc.constantFrom(0, 100));
const someWeights = fc.record({
  severalIps: weight,
  impossibleTravel: weight,
  newDevice: weight,
  sharedDevice: weight,
  loginBurst: weight,
  burstLogins: fc.constant(2),
  sharedUsers: fc.constantFrom(2, 3),
});

describe(LoginRiskProcessor.name, () => {
  it('finds nothing in a login like the one before', () => {
    expect(judged({})).toEqual({ risk_score: 0, risk_reasons: [] });
  });

  it.each<[string, Partial<History>, number]>([
    ['several_ips', { fields: { ips_in_window: 2, users_in_window: 1 } }, 25],
    ['impossible_travel', { countries: [[countryId('DE'), NOW - 60]] }, 60],
    ['new_device', { devices: [[8, NOW - 60]] }, 20],
    ['shared_device', { fields: { ips_in_window: 1, users_in_window: 3 } }, 25],
    ['login_burst', { logins: [NOW, NOW - 1, NOW - 2, NOW - 3] }, 30],
  ])('gives the reason %s with its weight', (reason, history, risk_score) => {
    expect(judged(history)).toEqual({ risk_score, risk_reasons: [reason] });
  });

  it('adds up, to no more than 100', () => {
    const stolen = { devices: [[8, NOW - 60]], countries: [[countryId('DE'), NOW - 60]] } as const;
    expect(judged(stolen)).toEqual({ risk_score: 80, risk_reasons: ['impossible_travel', 'new_device'] });
    expect(judged(stolen, { newDevice: 41 }).risk_score).toBe(100);
  });

  it('gives the capped sum of the rules that fire each by itself, in their order, whatever happened', () => {
    fc.assert(
      fc.property(aHistory, someWeights, (history, weights) => {
        const settings = riskSettings(weights);
        const fired = firedAlone(history, settings).filter((rule) => settings[rule.weight] > 0);

        const { risk_score, risk_reasons } = judged(history, weights);

        expect(risk_reasons).toEqual(fired.map(({ reason }) => reason));
        expect(risk_score).toBe(
          Math.min(
            100,
            fired.reduce((sum, rule) => sum + settings[rule.weight], 0),
          ),
        );
        expect(risk_score).toBeGreaterThanOrEqual(0);
        expect(Number.isInteger(risk_score)).toBe(true);
        expect(risk_score === 0).toBe(risk_reasons.length === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes no list for a login: equal reasons are one list', () => {
    const processor = new LoginRiskProcessor(riskSettings());
    const lists = [1, 2].map(() => {
      rememberHistory(processor.state, { ...KNOWN, devices: [[8, NOW]] });
      const login = Object.assign(aLogin(), KNOWN.fields, { risk_score: 0, risk_reasons: [] as never[] });
      processor.process(login, login);
      return login.risk_reasons;
    });
    expect(lists[0]).toEqual(['new_device']);
    expect(lists[0]).toBe(lists[1]);
  });
});

describe('what the rules remember', () => {
  it('is 48 bytes a user by default: two countries, two devices, four times', () => {
    const { state } = new LoginRiskProcessor(riskSettings());
    const words = Object.values(state!).map(({ spec }) => ('of' in spec ? 2 * spec.keep : spec.keep));
    expect(Object.keys(state!)).toEqual(['countries', 'devices', 'logins']);
    expect(words.map((count) => 4 * count)).toEqual([16, 16, 16]);
  });

  it.each([
    ['impossibleTravel', ['devices', 'logins']],
    ['newDevice', ['countries', 'logins']],
    ['loginBurst', ['countries', 'devices']],
    ['severalIps', ['countries', 'devices', 'logins']],
  ])('is without the handles of %s when that has no weight', (off, names) => {
    expect(Object.keys(new LoginRiskProcessor(riskSettings({ [off]: 0 })).state!)).toEqual(names);
  });
});

describe('without rules that remember', () => {
  it('there is no state, as an empty one would be a mistake', () => {
    const settings = riskSettings({ impossibleTravel: 0, newDevice: 0, loginBurst: 0 });
    expect(new LoginRiskProcessor(settings).state).toBeUndefined();
  });

  it('a login can stand out by its fields, and with no rules by nothing', () => {
    const history = { fields: { ips_in_window: 3, users_in_window: 3 }, devices: [[8, NOW]] } as const;
    const off = { impossibleTravel: 0, newDevice: 0, loginBurst: 0 };
    expect(judged(history, off)).toEqual({ risk_score: 50, risk_reasons: ['several_ips', 'shared_device'] });
    expect(judged(history, { ...off, severalIps: 0, sharedDevice: 0 })).toEqual({
      risk_score: 0,
      risk_reasons: [],
    });
  });
});

describe('the rules', () => {
  it('have a word, a weight and handles of their own', () => {
    const handles = RISK_RULES.flatMap((Rule) => Object.keys(new Rule(riskSettings()).state));
    for (const names of [
      RISK_RULES.map(({ reason }) => reason),
      RISK_RULES.map(({ weight }) => weight),
      handles,
    ])
      expect(new Set(names).size).toBe(names.length);
  });

  it('read together what the processor declares', () => {
    expect(RISK_RULES.flatMap(({ reads }) => reads).sort()).toEqual([...RISK_NEEDS].sort());
  });

  it('have each a setting from 0 to 100 named like their word', () => {
    const weights = RISK_RULES.map(({ weight, reason }) => {
      const setting = settingsOf(RiskSettings).find(({ property }) => property === weight)!;
      expect(setting.name).toBe(`RISK_${reason.toUpperCase()}`);
      return [0, 100, 101].map((value) => setting.rule.accepts(value));
    });
    expect(weights).toEqual(RISK_RULES.map(() => [true, true, false]));
  });
});
