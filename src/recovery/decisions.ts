import { effectiveSettings } from '../config/effective-settings.js';
import type { Settings } from '../config/settings.js';
import { settingsGroups } from '../config/settings.js';
import { settingsOf } from '../config/setting.decorator.js';

/** Groups of settings that decide what becomes of a record, and what is counted of it. */
const DECIDING = [
  'input',
  'filter',
  'enrichment',
  'analytics',
] as const satisfies readonly (keyof Settings)[];

/** The settings in force that decide outcomes, by variable: what was counted with others would be counted otherwise now. */
export function decisionsOf(settings: Settings): Record<string, string> {
  const deciding = new Set<object>(DECIDING.map((group) => settings[group]));
  const names = settingsGroups(settings)
    .filter(({ values }) => deciding.has(values))
    .flatMap(({ type }) => settingsOf(type).map(({ name }) => name));
  const all = effectiveSettings(settings);
  const { PROFILE, SUMMARY_EVERY_MESSAGES } = all;
  return { PROFILE, SUMMARY_EVERY_MESSAGES, ...Object.fromEntries(names.map((name) => [name, all[name]])) };
}

/** The variables whose values are not the same, each with its former value. */
export function differences(former: string, now: Readonly<Record<string, string>>): string[] {
  const before = JSON.parse(former) as Record<string, string>;
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => before[name] !== now[name])
    .map((name) => `${name} (was ${before[name] === undefined ? 'not known' : before[name] || 'off'})`);
}
