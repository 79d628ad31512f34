import type { SettingDefinition, SettingsClass } from './setting.decorator.js';
import { settingsOf } from './setting.decorator.js';
import { settingText } from './setting-text.js';
import { SETTINGS_CLASSES, fileVariable } from './settings.js';

/** What the documentation says of one variable. */
export interface SettingDescription {
  readonly name: string;
  /** As it would be written in the variable; empty when there is none. */
  readonly default: string;
  /** Markdown; what is to be said about the default, or empty. */
  readonly defaultNote: string;
  /** Completes "must be …". */
  readonly accepted: string;
  /** Markdown; a sentence. */
  readonly meaning: string;
  readonly group: string;
  readonly secret: boolean;
}

/** Every variable that is read, in the order of the documentation. */
export function describeSettings(): SettingDescription[] {
  return Object.values<SettingsClass>(SETTINGS_CLASSES).flatMap((type) => {
    const defaults = new Map(Object.entries(new type()));
    return settingsOf(type).flatMap((setting) =>
      describe(setting, type.title, settingText(defaults.get(setting.property))),
    );
  });
}

function describe(setting: SettingDefinition, group: string, defaultText: string): SettingDescription[] {
  const { name, rule, meaning, secret = false, defaultNote = '' } = setting;
  const own = { name, default: defaultText, defaultNote, accepted: rule.accepted, meaning, group, secret };
  if (!secret) return [own];
  const file = {
    name: fileVariable(name),
    default: '',
    defaultNote: '',
    accepted: 'the path of a readable file',
    meaning: `File that holds the value of \`${name}\`, instead of that variable.`,
    group,
    secret: false,
  };
  return [own, file];
}
