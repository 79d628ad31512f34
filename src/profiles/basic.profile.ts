import { NO_MASKING, PRIVATE_INPUT } from './privacy.js';
import type { Profile } from './profile.js';
import { STANDARD_ERROR_RECORD } from './standard-records.js';

export const basic: Profile = {
  summary:
    'The input’s own bytes with the time of processing: nothing is remembered, so any number of instances can run.',
  settings: {
    ...NO_MASKING,
    DEVICE_TYPES: '*',
    DEDUPE_SECONDS: '0',
    UNKNOWN_FIELDS: 'keep',
    SUMMARY_TOPIC: '',
    METRICS_TOPIC: '',
    STATE_STORE: 'none',
  },
  processed: [{ input: 'bytes' }, 'processed_timestamp'],
  filteredContent: [PRIVATE_INPUT],
  errorRecord: STANDARD_ERROR_RECORD,
  summaries: null,
  messages: [],
  metrics: false,
};
