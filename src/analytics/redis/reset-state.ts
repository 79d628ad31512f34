import type { Redis } from 'ioredis';
import { keysOf, prefixOf } from './keys.js';
import { RESET } from './lua/reset.js';
import type { RedisConnection } from './redis-connection.js';
import { RedisScript } from './redis-script.js';

const RESETTING = new RedisScript(RESET);
/** Keys, of whomever, that are looked at in one call. */
const AT_ONCE = 1_000;

/** Where a partition begins after a reset. */
export interface PartitionStart {
  readonly partition: number;
  /** Offset from which on it is counted: that of its first record, or one before. */
  readonly start: number;
  /** Up to where it is committed: what the input loses of that before it is counted again is given up. */
  readonly committed: number;
}

/** All keys of a group, also those that another version of the service has made. */
export async function keysOfGroup(redis: Redis, group: string): Promise<string[]> {
  const pattern = `${prefixOf(group).replaceAll(/[\\*?[\]^-]/g, '\\$&')}*`;
  const keys = new Set<string>();
  for (let cursor = '0'; ;) {
    const [next, found] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', AT_ONCE);
    for (const key of found) keys.add(key);
    if (next === '0') return [...keys];
    cursor = next;
  }
}

/**
 * Removes the state of a group at one instant, so that an instance that begins meanwhile finds all of it or nothing. The next one makes
 * it anew, of its own kind.
 *
 * @returns how many keys there were
 */
export async function resetState(
  connection: Pick<RedisConnection, 'call'>,
  group: string,
  starts: readonly PartitionStart[],
): Promise<number> {
  return connection.call(async (redis) => {
    const found = await keysOfGroup(redis, group);
    await RESETTING.run(redis, [...new Set([...keysOf(group, 0), ...found])], [JSON.stringify(starts)]);
    return found.length;
  });
}
