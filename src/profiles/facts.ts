import { SUMMARY_FIELDS } from '../analytics/summary/summary-fields.js';
import type { Summary } from '../analytics/summary/summary.js';
import type { ErrorFacts } from '../publishing/records/error-facts.js';
import type { SummaryFacts } from '../publishing/records/summary-facts.js';

/** Records, so that the compiler notices when there is another fact. */
const ERROR: Readonly<Record<keyof ErrorFacts, true>> = {
  error_type: true,
  error: true,
  error_with_fields: true,
  errors: true,
  user_id: true,
  user_id_or_unknown: true,
  device_id: true,
  timestamp: true,
  message_content: true,
  truncated: true,
  source: true,
};
const SUMMARY_ONLY: Readonly<Record<Exclude<keyof SummaryFacts, keyof Summary>, true>> = {
  processing_time: true,
  recent_message: true,
};

/** What the records of a profile can be made of, besides fields of logins. */
export const ERROR_FACTS: readonly string[] = Object.keys(ERROR);
export const SUMMARY_FACTS: readonly string[] = [...SUMMARY_FIELDS, ...Object.keys(SUMMARY_ONLY)];
