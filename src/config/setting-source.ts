import { readSecretFile } from './files.js';
import type { SettingDefinition } from './setting.decorator.js';
import { fileVariable } from './settings.js';

/** The text of a setting, undefined when the default applies; or what is wrong with its source. */
export type SourceText = { readonly text: string | undefined } | { readonly problem: string };

/**
 * Looks up the text of a setting: variable, then the file that a variable names, then preset.
 *
 * @param preset texts by variable
 */
export function sourceText(
  setting: SettingDefinition,
  env: NodeJS.ProcessEnv,
  preset: Readonly<Record<string, string>>,
): SourceText {
  const { name } = setting;
  const variable = setting.emptyIsValue ? env[name] : env[name] || undefined;
  const file = setting.secret ? env[fileVariable(name)] || undefined : undefined;
  if (file !== undefined) {
    if (variable !== undefined) return { problem: `${name} and ${fileVariable(name)} must not both be set` };
    const text = readSecretFile(file);
    if (text === undefined) {
      return { problem: `${fileVariable(name)} must be the path of a readable file that is not empty` };
    }
    return { text };
  }
  const text = variable ?? preset[name];
  if (text === undefined && setting.requiredInProduction && env.NODE_ENV === 'production') {
    return { problem: `${name} must be set with NODE_ENV=production: ${setting.rule.accepted}` };
  }
  return { text };
}
