import { readFileSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import type { ISocketFactory, RetryOptions, SASLOptions } from 'kafkajs';
import type { KafkaSettings } from '../config/kafka.settings.js';
import { Kafka, logLevel } from './kafkajs.js';
import { kafkaLog } from './kafka-log.js';

/** Every component's requests are answered within this, or its connection is thrown away. */
export const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

/**
 * A kafkajs client for the configured brokers. Each consumer, producer and admin made from it has connections of its own.
 *
 * @param brokers `host:port` of at least one broker
 * @param retry how long kafkajs itself tries before it says that something failed
 * @param onOffsetReset told when a consumer's offset was not in the log any more and it goes on from the earliest
 */
export function createKafka(
  settings: KafkaSettings,
  brokers: readonly string[],
  clientId: string,
  retry: RetryOptions = { initialRetryTime: 100, maxRetryTime: 5_000, retries: 8 },
  onOffsetReset: (partition: number) => void = () => undefined,
): Kafka {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ssl: tlsOptions(settings),
    sasl: saslOptions(settings),
    connectionTimeout: 5_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    logLevel: logLevel.WARN,
    logCreator: () => kafkaLog(onOffsetReset),
    socketFactory: connectWithoutDelay,
    retry,
  });
}

/** As kafkajs's own, and small requests do not wait for the answer to the one before (Nagle's algorithm). */
const connectWithoutDelay: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
};

function tlsOptions(settings: KafkaSettings): ConnectionOptions | boolean {
  if (!settings.ssl) return false;
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file, 'utf8'));
  const options = {
    ca: read(settings.sslCaFile),
    cert: read(settings.sslCertFile),
    key: read(settings.sslKeyFile),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function saslOptions({ saslMechanism, saslUsername, saslPassword }: KafkaSettings): SASLOptions | undefined {
  if (saslMechanism === undefined) return undefined;
  return {
    mechanism: saslMechanism,
    username: saslUsername ?? '',
    password: saslPassword ?? '',
  } as SASLOptions;
}
