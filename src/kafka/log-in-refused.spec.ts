import { describe, expect, it } from '@jest/globals';
import { logInRefused } from './log-in-refused.js';

const during = (message: string, name = 'KafkaJSSASLAuthenticationError') =>
  Object.assign(new Error(message), { name });

describe('logInRefused', () => {
  it.each([
    'SASL PLAIN authentication failed: Authentication failed: Invalid username or password',
    'SASL SCRAM SHA512 authentication failed: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512',
    'SASL PLAIN authentication failed: SASL Authentication failed',
  ])('names the settings and says what the broker said: %s', (message) => {
    const wrapped = new Error('no broker', { cause: during(message) });
    for (const error of [during(message), wrapped])
      expect(logInRefused(error)?.problems).toEqual([
        `KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be what the brokers know: ${message}`,
      ]);
  });

  it('knows a mechanism that is not offered', () => {
    const message = 'The broker does not support the requested SASL mechanism';
    const error = Object.assign(new Error(message), { type: 'UNSUPPORTED_SASL_MECHANISM' });
    expect(logInRefused(error)?.message).toContain(message);
  });

  it.each([
    during('SASL PLAIN authentication failed: Connection closed by the server'),
    during('SASL PLAIN authentication failed: Request SaslAuthenticate(key: 36, version: 1) timed out'),
    during('Authentication failed: Authentication failed', 'KafkaJSConnectionError'),
    new Error('connect ECONNREFUSED'),
  ])('knows a broker that could not be spoken to: %p', (error) => {
    expect(logInRefused(error)).toBeNull();
  });
});
