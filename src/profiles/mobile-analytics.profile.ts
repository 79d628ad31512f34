import { DEVICE_ID, IP, NO_MASKING } from './privacy.js';
import type { Profile } from './profile.js';
import { STANDARD_ERROR_RECORD } from './standard-records.js';

const device_type = { name: 'device_type', from: 'device_type_lower' };

export const mobileAnalytics: Profile = {
  summary: 'Logins of mobile devices with running totals and flags, and a report of performance in the log.',
  settings: {
    ...NO_MASKING,
    ANALYTICS_WINDOW_SECONDS: '0',
    DEDUPE_SECONDS: '0',
    SUMMARY_TOPIC: '',
    METRICS_TOPIC: '',
    REPORT_EVERY_MESSAGES: '100',
  },
  processed: [
    'user_id',
    'app_version',
    'total_logins_for_version',
    IP,
    'suspicious_login',
    'logs_from_multiple_locations',
    'normalized_timestamp',
    'locale',
    'total_logins_from_locale',
    DEVICE_ID,
    'shared_device',
    device_type,
    'most_common_device_type',
  ],
  filteredContent: ['user_id', 'app_version', 'device_type', IP, 'locale', DEVICE_ID, 'timestamp'],
  errorRecord: STANDARD_ERROR_RECORD,
  summaries: null,
  messages: [],
  metrics: false,
};
