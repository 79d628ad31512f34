import { effectiveSettings } from '../../config/effective-settings.js';
import { settingsOf } from '../../config/setting.decorator.js';
import type { Settings } from '../../config/settings.js';
import { settingsGroups } from '../../config/settings.js';
import { settingOrigins } from './setting-origins.js';
import type { Origin } from './setting-origins.js';

/** A setting in force. */
export interface SettingRow {
  /** The environment variable. */
  readonly name: string;
  /** As it would be written in the variable; null when it has no value, `(hidden)` for a secret. */
  readonly value: string | null;
  readonly source: Origin;
  /** Title of its section. */
  readonly group: string;
}

/** Every setting in force, in the order of the documentation, those of extensions last. */
export function settingRows(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  preset: Readonly<Record<string, string>>,
): SettingRow[] {
  const values = effectiveSettings(settings);
  const groups = settingsGroups(settings);
  const origins = settingOrigins(
    groups.flatMap(({ type }) => settingsOf(type)),
    env,
    preset,
  );
  return groups.flatMap(({ type }) =>
    settingsOf(type).map(({ name, emptyIsValue }) => ({
      name,
      value: values[name] === '' && !emptyIsValue ? null : values[name],
      source: origins[name],
      group: type.title,
    })),
  );
}
