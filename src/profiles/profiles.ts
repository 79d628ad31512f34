import { basic } from './basic.profile.js';
import { insights } from './insights.profile.js';
import { mobileAnalytics } from './mobile-analytics.profile.js';
import { privacyAudit } from './privacy-audit.profile.js';
import type { Profile } from './profile.js';
import { sessions } from './sessions.profile.js';
import { standard } from './standard.profile.js';

/** Every profile by the name that `PROFILE` takes. */
export const PROFILES: Readonly<Record<string, Profile>> = {
  standard,
  'mobile-analytics': mobileAnalytics,
  'privacy-audit': privacyAudit,
  insights,
  sessions,
  basic,
};

/** Token of the active profile. */
export const PROFILE = Symbol('PROFILE');
