import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import type { ProfilePresets } from '../config/load-settings.js';
import type { ProfileSettings } from '../config/profile.settings.js';
import type { Profile } from './profile.js';
import { readProfileFile } from './profile-file.js';
import { PROFILES } from './profiles.js';

/** The profiles that settings can be loaded with: a user's own one goes by the name of its file. */
export function loadableProfiles(
  env: NodeJS.ProcessEnv,
  profiles: ProfilePresets,
): { readonly profiles: ProfilePresets; readonly problems: readonly string[] } {
  const path = env.PROFILE_FILE || undefined;
  if (path === undefined) return { profiles, problems: [] };
  const { profile, problems } = readProfileFile(path);
  return { profiles: { ...profiles, [path]: profile }, problems };
}

/**
 * The profile that the settings name.
 *
 * @throws InvalidSettingsError when its file is not what it was when the settings were loaded
 */
export function activeProfile({ profile: name, profileFile }: ProfileSettings): Profile {
  if (profileFile === undefined) return PROFILES[name];
  const { profile, problems } = readProfileFile(profileFile);
  if (problems.length > 0) throw new InvalidSettingsError(problems);
  return profile;
}

/** What people call it. */
export const profileName = ({ profile, profileFile }: ProfileSettings): string => profileFile ?? profile;
