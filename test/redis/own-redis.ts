import { afterAll, beforeAll } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { TestRedis } from '../support/redis.js';

/** For specs that share a Redis of their own, and make trouble on purpose: nothing is logged meanwhile. */
export function ownRedis(use: (redis: TestRedis) => void): void {
  let redis: TestRedis;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    use((redis = await TestRedis.start()));
  });
  afterAll(async () => {
    Logger.overrideLogger(true);
    await redis.stop();
  });
}
