import { DEVICE_ID, IP, NO_MASKING } from './privacy.js';
import type { Profile } from './profile.js';
import { STANDARD_ERROR_RECORD, STANDARD_SUMMARY } from './standard-records.js';

export const sessions: Profile = {
  summary:
    'Logins with their session and the kind and country of their address; summaries also go to the log.',
  settings: {
    ...NO_MASKING,
    DEVICE_TYPES: '*',
    DEDUPE_SECONDS: '0',
    METRICS_TOPIC: '',
    SUMMARY_EVERY_MESSAGES: '100',
    SUMMARY_EVERY_SECONDS: '0',
  },
  processed: [
    'user_id',
    'app_version',
    'device_type',
    IP,
    'ip_category',
    'ip_country',
    'locale',
    DEVICE_ID,
    { name: 'original_timestamp', from: 'timestamp' },
    { name: 'processed_timestamp', from: 'processed_at' },
    'hour_of_day',
    'day_of_week',
    'session_id',
    'session_count',
  ],
  filteredContent: ['user_id', 'app_version', 'device_type', IP, 'locale', DEVICE_ID, 'timestamp'],
  errorRecord: STANDARD_ERROR_RECORD,
  summaries: { topic: 'summary', fields: STANDARD_SUMMARY, log: true },
  messages: [],
  metrics: false,
};
