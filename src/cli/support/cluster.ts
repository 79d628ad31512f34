import { Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import { createKafka } from '../../kafka/create-kafka.js';
import { withDeadline } from '../../kafka/deadline.js';
import type { Admin, Kafka } from '../../kafka/kafkajs.js';
import { CliError } from './cli-error.js';
import { configuredBrokers } from './settings.js';

const CLIENT_ID = 'login-stream-cli';
const CONNECT_DEADLINE_MS = 10_000;
const CALLS_DEADLINE_MS = 30_000;

/**
 * A client for the configured cluster that gives up soon.
 *
 * @throws CliError when no cluster is configured
 */
export function commandKafka(settings: Settings): Kafka {
  const brokers = configuredBrokers(settings);
  // The library's log would go to standard output; what it has to say is in its errors.
  Logger.overrideLogger(false);
  return createKafka(settings.kafka, brokers, CLIENT_ID, {
    initialRetryTime: 100,
    maxRetryTime: 500,
    retries: 2,
  });
}

/**
 * Runs administrative calls on the configured cluster, within bounded time.
 *
 * @throws CliError with one sentence when no cluster is configured, or none can be reached
 */
export async function withClusterAdmin<T>(
  settings: Settings,
  calls: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = commandKafka(settings).admin();
  await connected(admin, settings);
  try {
    return await withDeadline('Asking the cluster', CALLS_DEADLINE_MS, calls(admin));
  } finally {
    await admin.disconnect();
  }
}

/**
 * Connects within bounded time.
 *
 * @throws CliError
 */
export async function connected(client: { connect(): Promise<void> }, settings: Settings): Promise<void> {
  try {
    await withDeadline('Connecting', CONNECT_DEADLINE_MS, client.connect());
  } catch (error) {
    const brokers = configuredBrokers(settings).join(', ');
    throw new CliError(`Cannot reach Kafka at ${brokers} (KAFKA_BROKERS): ${(error as Error).message}`);
  }
}
