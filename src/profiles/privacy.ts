import type { RenamedField } from './profile.js';

/** What is personal, as the settings for privacy have it. */
export const IP: RenamedField = { name: 'ip', from: 'private_ip' };
export const DEVICE_ID: RenamedField = { name: 'device_id', from: 'private_device_id' };

/** The same in a record that passes the input on. */
export const PRIVATE_INPUT = { input: { ip: 'private_ip', device_id: 'private_device_id' } } as const;

/** Presets of a profile that masks nothing. */
export const NO_MASKING = { IP_PRIVACY: 'none', DEVICE_PRIVACY: 'none' } as const;
