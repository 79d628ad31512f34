import { uniqueName } from '../../support/kafka.js';
import { RULES } from '../traffic/settings.js';
import type { ChaosProfile } from '../oracle/judge.js';

/** Small, so that faults fall between many of them. */
const SUMMARY_EVERY_MESSAGES = 200;
/** Of processes that number them together: most of the time one of them has one to write, and others wait for it. */
const SHARED_SUMMARY_EVERY_MESSAGES = 10;

/** Topics and group of a case's own, as settings. @param redisUrl where state is shared; undefined: each process has its own */
export function ownSettings(profile: ChaosProfile, redisUrl?: string): Record<string, string> {
  const name = uniqueName('chaos');
  const { DEDUPE_SECONDS, ...rules } = RULES;
  const remembered = { ...rules, DEDUPE_SECONDS, SUMMARY_TOPIC: `${name}-sum` };
  const settings = profile === 'standard' ? remembered : { ...rules, PROFILE: profile, STATE_STORE: 'none' };
  return {
    KAFKA_GROUP_ID: `${name}-group`,
    KAFKA_SESSION_TIMEOUT_MS: '6000',
    INPUT_TOPIC: `${name}-in`,
    OUTPUT_TOPIC: `${name}-out`,
    ERROR_TOPIC: `${name}-err`,
    FILTERED_TOPIC: `${name}-fil`,
    METRICS_TOPIC: '',
    TOPIC_PARTITIONS: '3',
    BATCH_MAX_BYTES: '8192',
    BATCH_MAX_WAIT_MS: '20',
    SUMMARY_EVERY_MESSAGES: String(SUMMARY_EVERY_MESSAGES),
    SUMMARY_EVERY_SECONDS: '1',
    ...(redisUrl !== undefined && sharedAt(redisUrl)),
    ...Object.fromEntries(Object.entries(settings).map(([setting, value]) => [setting, String(value)])),
  };
}

const sharedAt = (redisUrl: string): Record<string, string> => ({
  STATE_STORE: 'redis',
  REDIS_URL: redisUrl,
  REDIS_TIMEOUT_MS: '1000',
  SUMMARY_EVERY_MESSAGES: String(SHARED_SUMMARY_EVERY_MESSAGES),
});
