import { RiskSettings } from '../config/risk.settings.js';
import { RecentValues } from '../enrichment/state-handles.js';
import type { RecentTimes, StateHandle } from '../enrichment/state-handles.js';
import type { Enrichment } from '../pipeline/login.js';
import type { RiskField, RiskRuleClass } from './rule.js';
import { RISK_RULES } from './rules/index.js';

/** For specs: the defaults and `settings`. */
export const riskSettings = (settings: Partial<RiskSettings> = {}): RiskSettings => ({
  ...new RiskSettings(),
  ...settings,
});

/** What a handle says of a login: the remembered values with their times, the login's own value (-1: none) and time. */
export function rememberValues(
  handle: RecentValues,
  remembered: readonly (readonly [value: number, time: number])[],
  current: number,
  now: number,
): void {
  remembered.forEach(([value, time], i) => {
    handle.values[i] = value;
    handle.times[i] = time;
  });
  Object.assign(handle, { size: remembered.length, current, now });
}

export function rememberTimes(handle: RecentTimes, remembered: readonly number[], now: number): void {
  remembered.forEach((time, i) => (handle.times[i] = time));
  Object.assign(handle, { size: remembered.length, now });
}

/** What happened to one user, as far as handles tell. */
export interface History {
  readonly now: number;
  /** The values that this login has; -1: none. */
  readonly current: { readonly countries: number; readonly devices: number };
  readonly countries: readonly (readonly [value: number, time: number])[];
  readonly devices: readonly (readonly [value: number, time: number])[];
  /** As many as there are places in the handle, or fewer. */
  readonly logins: readonly number[];
  readonly fields: Readonly<Pick<Enrichment, RiskField>>;
}

/** Puts a history into whichever of the rules' handles are there. */
export function rememberHistory(state: Readonly<Record<string, StateHandle>> = {}, history: History): void {
  const { now, current } = history;
  for (const [name, handle] of Object.entries(state)) {
    if (!(handle instanceof RecentValues)) rememberTimes(handle, history.logins, now);
    else if (name === 'countries') rememberValues(handle, history.countries, current.countries, now);
    else rememberValues(handle, history.devices, current.devices, now);
  }
}

/** The rules that fire by themselves, each judged alone. */
export function firedAlone(history: History, settings: RiskSettings): RiskRuleClass[] {
  return RISK_RULES.filter((Rule) => {
    const rule = new Rule(settings);
    rememberHistory(rule.state, history);
    return rule.fires(history.fields);
  });
}
