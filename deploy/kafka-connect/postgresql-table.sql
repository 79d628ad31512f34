-- The table of postgresql-sink.json. The key is the record's place in Kafka: what Connect delivers again replaces itself.
CREATE TABLE processed_user_login (
  __connect_topic text NOT NULL,
  __connect_partition integer NOT NULL,
  __connect_offset bigint NOT NULL,
  user_id text NOT NULL,
  app_version text NOT NULL,
  device_type text NOT NULL,
  ip text NOT NULL,
  locale text NOT NULL,
  device_id text NOT NULL,
  processed_timestamp bigint NOT NULL,
  processing_delay_seconds bigint NOT NULL,
  normalized_timestamp text NOT NULL,
  day_of_week text NOT NULL,
  hour_of_day integer NOT NULL,
  app_version_major integer NOT NULL,
  app_version_minor integer NOT NULL,
  app_version_patch integer NOT NULL,
  region text NOT NULL,
  ip_category text NOT NULL,
  ip_country text,
  total_logins_for_version bigint NOT NULL,
  total_logins_from_locale bigint NOT NULL,
  most_common_device_type text NOT NULL,
  suspicious_login boolean NOT NULL,
  logs_from_multiple_locations boolean NOT NULL,
  shared_device boolean NOT NULL,
  session_id text NOT NULL,
  session_count bigint NOT NULL,
  session_logins bigint NOT NULL,
  risk_score integer NOT NULL,
  risk_reasons text[] NOT NULL,
  PRIMARY KEY (__connect_topic, __connect_partition, __connect_offset)
);

CREATE INDEX processed_user_login_user ON processed_user_login (user_id);
CREATE INDEX processed_user_login_time ON processed_user_login (processed_timestamp);
