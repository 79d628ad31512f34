import type { Redis } from 'ioredis';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';

const LEAST = [6, 2];

/**
 * Looks whether this Redis will do.
 *
 * @returns a warning, if there is one
 * @throws InvalidSettingsError when it is too old
 */
export async function checkServer(redis: Redis): Promise<string | null> {
  const { version, policy } = await serverFacts(redis);
  if (version !== null && isOlder(version))
    throw new InvalidSettingsError([
      `REDIS_URL names a Redis ${version}: ${LEAST.join('.')} or newer is needed`,
    ]);
  if (policy?.startsWith('allkeys') !== true) return null;
  return `Redis has maxmemory-policy ${policy}: when its memory is full it deletes parts of the state. Set it to noeviction.`;
}

/** What a server says of itself; null: the user may not ask. */
export async function serverFacts(
  redis: Redis,
): Promise<{ readonly version: string | null; readonly policy: string | null }> {
  const info = await redis.info().catch((error: Error) => {
    if (/NOPERM/.test(error.message)) return ''; // then it is taken as it is
    throw error;
  });
  return {
    version: /^redis_version:(\S+)/m.exec(info)?.[1] ?? null,
    policy: /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? null,
  };
}

function isOlder(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]);
}
