import { UNKNOWN_FIELDS } from './profile.js';
import type { Profile } from './profile.js';

const ip = { name: 'ip', from: 'private_ip' };
const device_id = { name: 'device_id', from: 'private_device_id' };

export const standard: Profile = {
  summary: 'Validated, enriched and privacy-safe logins with running totals.',
  settings: {},
  processed: [
    'user_id',
    'app_version',
    { name: 'device_type', from: 'device_type_lower' },
    ip,
    'locale',
    device_id,
    'timestamp',
    UNKNOWN_FIELDS,
    'processed_timestamp',
    'processing_delay_seconds',
    'normalized_timestamp',
    'day_of_week',
    'hour_of_day',
    'app_version_major',
    'app_version_minor',
    'app_version_patch',
    'region',
    'ip_category',
    'total_logins_for_version',
    'total_logins_from_locale',
    'most_common_device_type',
  ],
  filteredContent: [
    'user_id',
    'app_version',
    'device_type',
    ip,
    'locale',
    device_id,
    'timestamp',
    UNKNOWN_FIELDS,
  ],
};
