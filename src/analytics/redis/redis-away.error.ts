/** Redis has not answered for as long as was waited. */
export class RedisAway extends Error {
  override readonly name = 'RedisAway';

  /** @param trouble why, as a sentence; null: nothing came back at all */
  constructor(trouble: string | null, address: string) {
    super(`${trouble ?? 'Redis is away: it does not answer'} (${address}, REDIS_URL).`);
  }
}
