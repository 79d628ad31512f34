import type { Profile } from './profile.js';
import { standard } from './standard.profile.js';

/** Every profile by the name that `PROFILE` takes. */
export const PROFILES: Readonly<Record<string, Profile>> = { standard };

/** Token of the active profile. */
export const PROFILE = Symbol('PROFILE');
