import type { Redis } from 'ioredis';
import { prefixOf } from './keys.js';

/**
 * Is refused wherever a write is, by a replica or a full memory for instance, and otherwise changes nothing: the key is never there,
 * and nothing is written into it. What only reads would say that all is well.
 */
export const writeProbe =
  (group: string) =>
  (redis: Redis): Promise<unknown> =>
    redis.setrange(`${prefixOf(group)}probe`, 0, '');
