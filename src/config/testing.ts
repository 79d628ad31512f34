import type { ProfilePresets } from './load-settings.js';
import { loadSettings } from './load-settings.js';
import type { Settings } from './settings.js';

/**
 * Settings for a spec: the defaults and `env`, nothing of the process's own environment.
 *
 * @throws InvalidSettingsError
 */
export function testSettings(
  env: NodeJS.ProcessEnv = {},
  profiles: ProfilePresets = { standard: { settings: {} } },
): Settings {
  return loadSettings(env, { profiles, stdoutIsTty: false }).settings;
}
