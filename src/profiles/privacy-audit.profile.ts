import { PRIVATE_INPUT } from './privacy.js';
import type { Profile } from './profile.js';

export const privacyAudit: Profile = {
  summary: 'The input with masked addresses and hashed device ids, and one metrics record for every message.',
  settings: {
    OUTPUT_TOPIC: 'processed-output',
    DEVICE_TYPES: '*',
    APP_VERSIONS: '2.3.0',
    MAX_MESSAGE_AGE_SECONDS: '60',
    DEDUPE_SECONDS: '0',
    UNKNOWN_FIELDS: 'keep',
    SUMMARY_EVERY_MESSAGES: '1000',
    SUMMARY_EVERY_SECONDS: '0',
  },
  processed: [PRIVATE_INPUT],
  filteredContent: [PRIVATE_INPUT],
  errorRecord: [
    { name: 'user_id', from: 'user_id_or_unknown' },
    { name: 'error_type', from: 'error_with_fields' },
    'message_content',
    'timestamp',
    'truncated',
    'source',
  ],
  summaries: {
    topic: 'summary',
    fields: [
      'total_received_count',
      'processed_count',
      'filtered_count',
      'device_type_counts',
      'locale_counts',
    ],
    log: false,
  },
  messages: [
    {
      on: ['processed', 'filtered', 'error'],
      value: {
        message_details: [
          {
            message_id: 'user_id_or_unknown',
            processing_time: 'seconds_since_event',
            topic: 'outcome_topic',
            timestamp: 'written_at',
          },
        ],
      },
    },
  ],
  metrics: false,
};
