import { Logger } from '@nestjs/common';
import { RedisConnection } from '../../../analytics/redis/redis-connection.js';
import type { RedisAccess } from '../../../analytics/redis/redis-connection.js';
import { InvalidSettingsError } from '../../../config/invalid-settings.error.js';
import type { RedisSettings } from '../../../config/redis.settings.js';

/** For a command, which does not wait for ever as the service does. @throws InvalidSettingsError without a url */
export function commandAccess(redis: RedisSettings): RedisAccess {
  if (redis.url === undefined)
    throw new InvalidSettingsError(['REDIS_URL must be set with STATE_STORE=redis']);
  // The commands say by themselves what is wrong, and on standard error.
  Logger.overrideLogger(false);
  return { ...redis, patienceMs: redis.timeoutMs };
}

/**
 * Does something with a connection to the Redis of the settings.
 *
 * @throws InvalidSettingsError when something has to be changed before Redis answers
 * @throws RedisAway when it does not answer within REDIS_TIMEOUT_MS
 */
export async function withRedis<T>(
  settings: RedisSettings,
  work: (connection: RedisConnection) => Promise<T>,
): Promise<T> {
  const connection = new RedisConnection(commandAccess(settings));
  try {
    await connection.first((redis) => redis.ping());
    return await work(connection);
  } finally {
    connection.close();
  }
}
