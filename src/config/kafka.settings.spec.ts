import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { testSettings } from './testing.js';

const FILE = fileURLToPath(import.meta.url);

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    testSettings(env);
    return [];
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.problems;
    throw error;
  }
}

describe('Kafka settings', () => {
  it('run an embedded broker unless brokers are named', () => {
    expect(testSettings().kafka.brokers).toBe('embedded');
    expect(testSettings({ KAFKA_BROKERS: 'a:9092, b.example:1' }).kafka.brokers).toEqual([
      'a:9092',
      'b.example:1',
    ]);
  });

  it.each(['a', 'a:0', 'a:65536', 'a:9092,', 'PLAINTEXT://a:9092', '[::1]:9092', 'a b:1'])(
    'refuse %j as brokers',
    (brokers) => {
      expect(problemsOf({ KAFKA_BROKERS: brokers })).toEqual([
        'KAFKA_BROKERS must be embedded, or host:port pairs (host names or IPv4 addresses) separated by commas',
      ]);
    },
  );

  it('want brokers to be set in production, be it to "embedded"', () => {
    const missing = [expect.stringMatching(/^KAFKA_BROKERS must be set with NODE_ENV=production/)];
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual(missing);
    expect(problemsOf({ NODE_ENV: 'production', KAFKA_BROKERS: '' })).toEqual(missing);
    expect(problemsOf({ NODE_ENV: 'production', KAFKA_BROKERS: 'embedded' })).toEqual([]);
  });

  it('use the group id exactly as given', () => {
    expect(testSettings({ KAFKA_GROUP_ID: 'team a/logins' }).kafka.groupId).toBe('team a/logins');
    expect(problemsOf({ KAFKA_GROUP_ID: ' ' })).toHaveLength(1);
    expect(problemsOf({ KAFKA_GROUP_ID: 'a\nb' })).toHaveLength(1);
  });

  it('accept mutual TLS and SASL', () => {
    const { kafka } = testSettings({
      KAFKA_BROKERS: 'a:9093',
      KAFKA_SSL: 'true',
      KAFKA_SSL_CA_FILE: FILE,
      KAFKA_SSL_CERT_FILE: FILE,
      KAFKA_SSL_KEY_FILE: FILE,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'me',
      KAFKA_SASL_PASSWORD: ' pass ',
    });
    expect(kafka).toMatchObject({
      ssl: true,
      sslCaFile: FILE,
      saslMechanism: 'scram-sha-512',
      saslUsername: 'me',
      saslPassword: ' pass ',
    });
  });

  it('refuse a TLS file that is missing or is a directory', () => {
    const tls = { KAFKA_BROKERS: 'a:9093', KAFKA_SSL: '1' };
    const problems = ['KAFKA_SSL_CA_FILE must be the path of a readable file'];
    expect(problemsOf({ ...tls, KAFKA_SSL_CA_FILE: `${FILE}.missing` })).toEqual(problems);
    expect(problemsOf({ ...tls, KAFKA_SSL_CA_FILE: '.' })).toEqual(problems);
  });

  it('refuse what would be ignored: TLS files without TLS, a password without a mechanism', () => {
    const env = { KAFKA_BROKERS: 'a:9092', KAFKA_SSL_CA_FILE: FILE, KAFKA_SASL_PASSWORD: 'p' };
    expect(problemsOf(env)).toEqual([
      'KAFKA_SSL_CA_FILE needs KAFKA_SSL=true',
      'KAFKA_SASL_PASSWORD needs KAFKA_SASL_MECHANISM',
    ]);
  });

  it('refuse halves: a certificate without its key, a mechanism without its user', () => {
    const env = {
      KAFKA_BROKERS: 'a:9093',
      KAFKA_SSL: 'true',
      KAFKA_SSL_CERT_FILE: FILE,
      KAFKA_SASL_MECHANISM: 'plain',
    };
    expect(problemsOf(env)).toEqual([
      'KAFKA_SSL_KEY_FILE must be set with KAFKA_SSL_CERT_FILE',
      'KAFKA_SASL_USERNAME must be set with KAFKA_SASL_MECHANISM',
      'KAFKA_SASL_PASSWORD or KAFKA_SASL_PASSWORD_FILE must be set with KAFKA_SASL_MECHANISM',
    ]);
  });

  it('refuse TLS to the embedded broker', () => {
    expect(problemsOf({ KAFKA_SSL: 'true' })).toEqual([
      expect.stringMatching(/^KAFKA_BROKERS must name the brokers/),
    ]);
  });
});
