import { sourceText } from '../../config/setting-source.js';
import type { SettingDefinition } from '../../config/setting.decorator.js';
import { fileVariable } from '../../config/settings.js';

/** Where the value of a setting comes from: its variable, the file that `<name>_FILE` names, the profile, or the default. */
export type Origin = 'variable' | 'file' | 'profile' | 'default';

/**
 * The origin of each of `settings` by variable, for settings that could be loaded.
 *
 * @param preset what the profile presets, texts by variable
 */
export function settingOrigins(
  settings: readonly SettingDefinition[],
  env: NodeJS.ProcessEnv,
  preset: Readonly<Record<string, string>>,
): Readonly<Record<string, Origin>> {
  const origins = settings.map((setting) => {
    // The loader's own look-up, asked without a preset: what it then finds is the environment's.
    const source = sourceText(setting, env, {});
    if ('text' in source && source.text !== undefined)
      return [setting.name, setting.secret && env[fileVariable(setting.name)] ? 'file' : 'variable'] as const;
    return [setting.name, Object.hasOwn(preset, setting.name) ? 'profile' : 'default'] as const;
  });
  return Object.fromEntries(origins);
}
