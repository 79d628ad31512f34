import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where this user's programs keep what can be fetched again. It is outside the checkout, so that a fresh
 * clone, `git clean` or CI workspace does not download the broker again.
 */
export function userCacheDirectory(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string {
  const configured = env.XDG_CACHE_HOME;
  // The XDG specification says that a relative path is to be ignored.
  if (configured && isAbsolute(configured)) return join(configured, 'login-stream');
  const home = env.HOME || homedir();
  const caches = platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
  return join(caches, 'login-stream');
}
