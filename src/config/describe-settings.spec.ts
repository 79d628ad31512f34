import { describe, expect, it } from '@jest/globals';
import { describeSettings } from './describe-settings.js';
import { effectiveSettings } from './effective-settings.js';
import { allSettings } from './settings.js';
import { testSettings } from './testing.js';

const ROWS = describeSettings();

/** Their rules take nearly any text. */
const FREE = [
  'PROFILE',
  'PROFILE_FILE',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
  'REDIS_PASSWORD',
  'KAFKA_DATA_DIR',
  'STATE_DIR',
  'DEVICE_TYPES',
  'PRIVACY_KEY',
];

describe('describeSettings', () => {
  it('gives the defaults of the contract', () => {
    const contract = {
      KAFKA_BROKERS: 'embedded',
      KAFKA_GROUP_ID: 'login-stream',
      KAFKA_SSL: 'false',
      KAFKA_SESSION_TIMEOUT_MS: '15000',
      INPUT_TOPIC: 'user-login',
      OUTPUT_TOPIC: 'processed-user-login',
      ERROR_TOPIC: 'processed-errors',
      FILTERED_TOPIC: 'cleaned-data',
      TOPICS: 'create',
      TOPIC_PARTITIONS: '6',
      TOPIC_REPLICATION: '',
      PROFILE: 'standard',
      DELIVERY: 'exactly-once',
      COMPRESSION: 'snappy',
      BATCH_MAX_BYTES: '1048576',
      BATCH_MAX_WAIT_MS: '100',
      DEVICE_TYPES: 'android,ios',
      APP_VERSIONS: '*',
      MAX_MESSAGE_AGE_SECONDS: '0',
      MAX_FUTURE_SECONDS: '3600',
      MAX_MESSAGE_BYTES: '1048576',
      MAX_JSON_DEPTH: '32',
      UNKNOWN_FIELDS: 'drop',
      LOCALE_SCHEME: 'auto',
      IP_PRIVACY: 'mask',
      DEVICE_PRIVACY: 'hash',
      SHUTDOWN_TIMEOUT_MS: '10000',
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: '3000',
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
    };
    expect(Object.fromEntries(ROWS.map((row) => [row.name, row.default]))).toMatchObject(contract);
  });

  it('says of every variable, once, what is accepted and what it means', () => {
    expect(new Set(ROWS.map((row) => row.name)).size).toBe(ROWS.length);
    for (const row of ROWS) {
      expect(row.accepted).not.toBe('');
      expect(row.meaning).toMatch(/^[`A-Z].*\.$/);
      expect(row.group).not.toBe('');
    }
  });

  it('adds the files of secrets', () => {
    expect(ROWS.filter((row) => row.secret).map((row) => row.name)).toEqual([
      'KAFKA_SASL_PASSWORD',
      'PRIVACY_KEY',
      'REDIS_URL',
      'REDIS_PASSWORD',
      'ADMIN_TOKEN',
    ]);
    expect(ROWS.map((row) => row.name)).toEqual(
      expect.arrayContaining(['KAFKA_SASL_PASSWORD_FILE', 'PRIVACY_KEY_FILE', 'ADMIN_TOKEN_FILE']),
    );
  });
});

describe.each(allSettings())('$name', ({ name, rule }) => {
  const { [name]: effective = '' } = effectiveSettings(testSettings());

  it('accepts its own default', () => {
    expect(effective === '' || rule.accepts(rule.convert(effective))).toBe(true);
  });

  it('is refused by name and without its value', () => {
    const load = () => testSettings({ [name]: '\u0001?sekret' });
    if (FREE.includes(name)) return;
    expect(load).toThrow(`${name} must be ${rule.accepted}`);
    expect(load).not.toThrow(/sekret/);
  });
});

describe('effectiveSettings', () => {
  it('gives every variable as it would be written', () => {
    const env = { KAFKA_BROKERS: 'a:1,b:2', ERROR_TOPIC: '', HTTP_PORT: '0' };
    const effective = effectiveSettings(testSettings(env));
    expect(Object.keys(effective)).toEqual(allSettings().map((setting) => setting.name));
    expect(effective).toMatchObject({ ...env, KAFKA_SSL: 'false', TOPIC_REPLICATION: '', PRIVACY_KEY: '' });
  });

  it('hides secrets', () => {
    const effective = effectiveSettings(testSettings({ PRIVACY_KEY: 'sekret' }));
    expect(effective.PRIVACY_KEY).toBe('(hidden)');
    expect(JSON.stringify(effective)).not.toContain('sekret');
  });
});
