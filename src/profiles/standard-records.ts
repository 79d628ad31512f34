/** The fields of error records, in order, where a profile has no shape of its own. */
export const STANDARD_ERROR_RECORD = [
  'error_type',
  'error',
  'errors',
  'user_id',
  'device_id',
  'timestamp',
  'message_content',
  'truncated',
  'source',
] as const;

/** The fields of the full summary, in order. */
export const STANDARD_SUMMARY = [
  'sequence',
  'total_received_count',
  'processed_count',
  'filtered_count',
  'error_count',
  'device_type_counts',
  'locale_counts',
  'region_counts',
  'app_version_counts',
  'country_counts',
  'hourly_activity',
  'daily_activity',
  'error_type_counts',
  'clean_type_counts',
  'most_common_device_type',
  'peak_hours',
  'unique_users',
  'unique_devices',
  'suspicious_count',
  'shared_device_count',
  'sessions',
  'window',
  'published_at',
] as const;
