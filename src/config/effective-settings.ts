import type { SettingsClass } from './setting.decorator.js';
import { settingsOf } from './setting.decorator.js';
import { settingText } from './setting-text.js';
import type { Settings } from './settings.js';
import { SETTINGS_CLASSES } from './settings.js';

/** Stands for a secret that is set. */
export const HIDDEN = '(hidden)';

/**
 * The settings in force by variable, each as it would be written there: empty when it is not set or off,
 * {@link HIDDEN} for a secret.
 */
export function effectiveSettings(settings: Settings): Record<string, string> {
  const groups = new Map<string, object>(Object.entries(settings));
  const rows = Object.entries<SettingsClass>(SETTINGS_CLASSES).flatMap(([key, type]) => {
    const values = new Map(Object.entries(groups.get(key) ?? {}));
    return settingsOf(type).map(({ name, property, secret }) => {
      const text = settingText(values.get(property));
      return [name, secret && text !== '' ? HIDDEN : text] as const;
    });
  });
  return Object.fromEntries(rows);
}
