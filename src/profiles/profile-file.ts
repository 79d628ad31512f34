import { readFileSync } from 'node:fs';
import { checkProfile } from './check-profile.js';
import type { Profile } from './profile.js';
import { PROFILES } from './profiles.js';

/** The largest file that is read, in bytes. Profiles have some kilobytes. */
const MOST_BYTES = 1024 * 1024;

export interface ProfileFile {
  /** The profile; the one that it extends, or `standard`, when the file cannot be used. */
  readonly profile: Profile;
  /** One phrase for each thing that is wrong with the file, starting with the variable. */
  readonly problems: readonly string[];
}

/**
 * Reads a profile of a user's own: JSON with the members of a {@link Profile}. With `extends`, those that are missing are the
 * named profile's, and `settings` are added to its settings.
 */
export function readProfileFile(path: string): ProfileFile {
  const unusable = (what: string): ProfileFile => ({
    profile: PROFILES.standard,
    problems: [`PROFILE_FILE ${path} ${what}`],
  });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return unusable(
      `cannot be read (${(error as NodeJS.ErrnoException).code}): it must be the path of a JSON file`,
    );
  }
  if (text.length > MOST_BYTES) return unusable(`is larger than ${MOST_BYTES} bytes`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return unusable(`is not JSON${placeOf(error as Error)}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return unusable('must hold a JSON object');
  const { extends: base, ...members } = content as { extends?: unknown } & Partial<Profile>;
  const problems = checkProfile(members, base, Object.keys(PROFILES)).map(
    (problem) => `PROFILE_FILE ${path} ${problem}`,
  );
  const extended = typeof base === 'string' && Object.hasOwn(PROFILES, base) ? PROFILES[base] : undefined;
  const settings = { ...extended?.settings, ...textsOf(members.settings) };
  // Its settings are judged with all others, whatever else is wrong.
  if (problems.length > 0) return { profile: { ...(extended ?? PROFILES.standard), settings }, problems };
  return { profile: { ...extended, ...members, settings } as Profile, problems };
}

/** Where it is wrong: the message itself shows what stands there. */
function placeOf({ message }: Error): string {
  const position = /at position \d+/.exec(message)?.[0];
  return position === undefined ? '' : `: see ${position.replace('at ', '')}`;
}

const textsOf = (settings: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((settings ?? {}) as object).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
