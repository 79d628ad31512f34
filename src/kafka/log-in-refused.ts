import { InvalidSettingsError } from '../config/invalid-settings.error.js';

/** kafkajs gives all that goes wrong during a log-in the same name, a lost connection too: what a broker said comes behind its own words. */
const SAID_BY_BROKER =
  /authentication failed: .*(authentication failed|invalid credentials|invalid username or password)/is;

interface ErrorLike {
  readonly name?: string;
  readonly type?: string;
  readonly message?: string;
  readonly cause?: ErrorLike;
}

/** The settings that a broker has refused, in its words; null when it said no such thing. */
export function logInRefused(error: unknown): InvalidSettingsError | null {
  for (let each = error as ErrorLike | undefined; each; each = each.cause)
    if (isRefusal(each))
      return new InvalidSettingsError([
        `KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be what the brokers know: ${each.message}`,
      ]);
  return null;
}

const isRefusal = ({ name, type, message = '' }: ErrorLike): boolean =>
  type === 'UNSUPPORTED_SASL_MECHANISM' ||
  (name === 'KafkaJSSASLAuthenticationError' && SAID_BY_BROKER.test(message));
