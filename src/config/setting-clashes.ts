import type { SettingDefinition, SettingsClass } from './setting.decorator.js';
import { settingsOf } from './setting.decorator.js';
import { fileVariable } from './settings.js';

/** Settings that an extension brings. */
export interface SettingsSource {
  /** The extension as `PROCESSOR_MODULES` names it. */
  readonly entry: string;
  readonly settings: readonly SettingsClass[];
}

/**
 * A sentence for every variable that would have two meanings.
 *
 * @param ours every setting of the service
 */
export function settingClashes(
  ours: readonly SettingDefinition[],
  sources: readonly SettingsSource[],
): string[] {
  const problems: string[] = [];
  const owners = new Map(ours.flatMap(variablesOf).map((name) => [name, 'the service']));
  const known = new Set<SettingsClass>();
  for (const { entry, settings } of sources) {
    for (const type of settings) {
      // Packages may share a class of settings; they then mean the same by it.
      if (known.has(type)) continue;
      known.add(type);
      for (const name of settingsOf(type).flatMap(variablesOf)) {
        const owner = owners.get(name);
        if (owner === undefined) owners.set(name, entry);
        else
          problems.push(
            `PROCESSOR_MODULES: ${entry} brings the setting ${name}, which ${owner} has, too; one of them needs another name`,
          );
      }
    }
  }
  return problems;
}

/** The variables that a setting reads. */
export function variablesOf({ name, secret }: SettingDefinition): string[] {
  return secret ? [name, fileVariable(name)] : [name];
}
