import type { Count } from '../pipeline/quantities.js';

declare module '../pipeline/login.js' {
  interface Enrichment {
    /** Processed logins with this `app_version` so far, this one included. */
    total_logins_for_version: Count;
    /** Processed logins from this `locale` so far, this one included. */
    total_logins_from_locale: Count;
    /** Device type (lower case) with the most processed logins so far; of equals the first in the alphabet. */
    most_common_device_type: string;
    /** The user came from another address within the window of this event. */
    suspicious_login: boolean;
    /** The user came from another locale within the window of this event. */
    logs_from_multiple_locations: boolean;
    /** Another user used the device within the window of this event. */
    shared_device: boolean;
    /**
     * Of the user's session: 16 hex digits.
     *
     * @pattern ^[0-9a-f]{16}$
     */
    session_id: string;
    /** Sessions of this user so far. */
    session_count: Count;
    /** Logins in this session so far, this one included. */
    session_logins: Count;
    /** Distinct addresses of the user within the window of this event, this one included; at most 3, as two others are remembered. */
    ips_in_window: Count;
    /** Distinct users of the device within the window of this event, this one included; at most 3, as two others are remembered. */
    users_in_window: Count;
  }
}

/** The fields that a store adds to records. */
export const ANALYTICS_FIELDS = [
  'total_logins_for_version',
  'total_logins_from_locale',
  'most_common_device_type',
  'suspicious_login',
  'logs_from_multiple_locations',
  'shared_device',
  'session_id',
  'session_count',
  'session_logins',
] as const;

/** The fields that a store adds where a processor needs them. */
export const WINDOW_FIELDS = ['ips_in_window', 'users_in_window'] as const;

/** Everything that a store can add. */
export const STATE_FIELDS = [...ANALYTICS_FIELDS, ...WINDOW_FIELDS] as const;
export type StateField = (typeof STATE_FIELDS)[number];
