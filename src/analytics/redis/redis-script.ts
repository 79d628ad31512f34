import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Reply } from './replies.js';

/** A script that Redis is sent once, and then called by its hash. */
export class RedisScript {
  private readonly sha1: string;

  constructor(private readonly source: string) {
    this.sha1 = createHash('sha1').update(source).digest('hex');
  }

  /** @param keys all keys of a group, in their order; others may follow */
  async run(
    redis: Redis,
    keys: readonly string[],
    args: readonly (string | Buffer)[],
  ): Promise<readonly Reply[]> {
    const all = [keys.length, ...keys, ...args];
    try {
      return (await redis.callBuffer('EVALSHA', this.sha1, ...all)) as readonly Reply[];
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
      return (await redis.callBuffer('EVAL', this.source, ...all)) as readonly Reply[];
    }
  }
}
