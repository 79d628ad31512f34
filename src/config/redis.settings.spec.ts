import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { fileURLToPath } from 'node:url';
import { RedisSettings } from './redis.settings.js';

const FILE = fileURLToPath(import.meta.url);

/** By property: what is wrong with it. */
const problemsOf = (values: Partial<RedisSettings>) =>
  Object.fromEntries(
    validateSync(Object.assign(new RedisSettings(), values)).map(({ property, constraints }) => [
      property,
      Object.values(constraints ?? {})[0],
    ]),
  );

describe('Redis settings', () => {
  it('need nothing where there is no Redis', () => {
    expect(problemsOf({})).toEqual({});
  });

  it.each([
    'redis://a',
    'redis://a:6379',
    'rediss://user:p%40ss@a.example:1/3',
    'redis://[::1]:6379/',
    'redis://:secret@a',
  ])('accept %j', (url) => {
    expect(problemsOf({ url })).toEqual({});
  });

  it.each([
    'a:6379',
    'http://a',
    'redis://',
    'redis://a/b',
    'redis://a:6379/0?x=1',
    'redis://a#b',
    'redis://a:99999',
  ])('refuse %j', (url) => {
    expect(problemsOf({ url })).toEqual({ url: expect.stringMatching(/^must be redis:\/\/host:port/) });
  });

  it('take the password from one place', () => {
    expect(problemsOf({ url: 'redis://a', password: 'b' })).toEqual({});
    expect(problemsOf({ url: 'redis://:b@a', password: 'b' })).toEqual({
      password: 'must not be set beside a password in REDIS_URL',
    });
    expect(problemsOf({ password: 'b' })).toEqual({ password: 'needs REDIS_URL' });
  });

  it('take an authority only for TLS', () => {
    expect(problemsOf({ url: 'rediss://a', tlsCaFile: FILE })).toEqual({});
    expect(problemsOf({ url: 'redis://a', tlsCaFile: FILE })).toEqual({
      tlsCaFile: 'needs a REDIS_URL that starts with rediss:',
    });
    expect(problemsOf({ url: 'rediss://a', tlsCaFile: '/nowhere' })).toHaveProperty('tlsCaFile');
  });
});
