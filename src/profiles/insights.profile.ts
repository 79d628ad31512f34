import { NO_MASKING, PRIVATE_INPUT } from './privacy.js';
import type { Profile } from './profile.js';
import { STANDARD_ERROR_RECORD } from './standard-records.js';

export const insights: Profile = {
  summary: 'Enriched logins, with counts and the latest message on a topic for dashboards.',
  settings: {
    ...NO_MASKING,
    OUTPUT_TOPIC: 'processed-logins',
    METRICS_TOPIC: 'metrics',
    SUMMARY_TOPIC: '',
    DEVICE_TYPES: '*',
    DEDUPE_SECONDS: '0',
    UNKNOWN_FIELDS: 'keep',
    SUMMARY_EVERY_MESSAGES: '10',
    SUMMARY_EVERY_SECONDS: '0',
  },
  processed: [
    PRIVATE_INPUT,
    'processed_timestamp',
    { name: 'readable_login_time', from: 'normalized_timestamp' },
    'processing_delay_seconds',
    'day_of_week',
    'hour_of_day',
    'region',
    'app_version_major',
    'app_version_minor',
    'app_version_patch',
  ],
  filteredContent: [PRIVATE_INPUT],
  errorRecord: STANDARD_ERROR_RECORD,
  summaries: {
    topic: 'metrics',
    fields: [
      { name: 'device_counts', from: 'device_type_counts' },
      'locale_counts',
      'app_version_counts',
      'hourly_activity',
      'daily_activity',
      'processed_count',
      { name: 'invalid_count', from: 'error_count' },
      'processing_time',
      'recent_message',
    ],
    log: false,
  },
  messages: [
    { on: ['processed'], value: { recent_message: 'processed_record', processing_time: 'processing_time' } },
    {
      on: ['error'],
      value: { error: 'error', user_id: 'user_id', device_id: 'device_id', timestamp: 'timestamp' },
    },
  ],
  metrics: false,
};
