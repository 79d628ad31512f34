import { settingsOf } from './setting.decorator.js';
import { settingText } from './setting-text.js';
import type { Settings } from './settings.js';
import { settingsGroups } from './settings.js';

/** Stands for a secret that is set. */
export const HIDDEN = '(hidden)';

/**
 * The settings in force by variable, each as it would be written there: empty when it is not set or off,
 * {@link HIDDEN} for a secret.
 */
export function effectiveSettings(settings: Settings): Record<string, string> {
  const rows = settingsGroups(settings).flatMap(({ type, values }) => {
    const byProperty = new Map(Object.entries(values));
    return settingsOf(type).map(({ name, property, secret }) => {
      const text = settingText(byProperty.get(property));
      return [name, secret && text !== '' ? HIDDEN : text] as const;
    });
  });
  return Object.fromEntries(rows);
}
