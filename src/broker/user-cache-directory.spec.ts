import { describe, expect, it } from '@jest/globals';
import { userCacheDirectory } from './user-cache-directory.js';

describe('userCacheDirectory', () => {
  it.each([
    ['follows XDG_CACHE_HOME', { HOME: '/home/me', XDG_CACHE_HOME: '/big' }, 'linux', '/big/login-stream'],
    [
      'ignores a relative one',
      { HOME: '/home/me', XDG_CACHE_HOME: 'big' },
      'linux',
      '/home/me/.cache/login-stream',
    ],
    ['is in .cache on Linux', { HOME: '/home/me' }, 'linux', '/home/me/.cache/login-stream'],
    ['is in Library on macOS', { HOME: '/Users/me' }, 'darwin', '/Users/me/Library/Caches/login-stream'],
  ] as const)('%s', (_title, env, platform, expected) => {
    expect(userCacheDirectory(env, platform)).toBe(expected);
  });
});
