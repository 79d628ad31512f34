import type { Redis } from 'ioredis';
import type { RedisSettings } from '../../config/redis.settings.js';

const NO_PASSWORD_WANTED = /without any password configured|no password is set/;

/**
 * Says to Redis who the service is, and which database it wants. The client would go on in the database 0 when the one it wants is
 * refused, and print beside the log that no password is wanted.
 *
 * @returns a warning, if there is one
 * @throws what Redis refuses
 */
export async function introduce(redis: Redis, { url, password }: RedisSettings): Promise<string | null> {
  const { username, password: ofUrl, pathname } = new URL(url!);
  const secret = password ?? decodeURIComponent(ofUrl);
  let warning: string | null = null;
  if (secret !== '') {
    const user = username === '' ? [] : [decodeURIComponent(username)];
    await redis.call('AUTH', ...user, secret).catch((error: Error) => {
      if (!NO_PASSWORD_WANTED.test(error.message)) throw error;
      warning = 'Redis wants no password, and one is set: whoever reaches it may read and change the state';
    });
  }
  const database = Number(pathname.slice(1));
  // Not by the client's own method, which it would repeat on each connection before the password.
  if (database !== 0) await redis.call('SELECT', database);
  await redis.call('CLIENT', 'SETNAME', 'login-stream').catch(() => undefined); // only for people
  return warning;
}
