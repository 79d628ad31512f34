import { describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import { checkServer } from './server-check.js';

const serverThat = (info: () => Promise<string>) => ({ info }) as unknown as Redis;
const saying = (...lines: string[]) => serverThat(() => Promise.resolve(lines.join('\r\n')));

describe('checkServer', () => {
  it.each(['6.2.0', '7.0.15', '8.2.1', '10.0.0'])('takes a Redis %s', async (version) => {
    expect(await checkServer(saying('# Server', `redis_version:${version}`))).toBeNull();
  });

  it.each(['5.0.14', '6.0.16'])('refuses a Redis %s', async (version) => {
    await expect(checkServer(saying(`redis_version:${version}`))).rejects.toThrow(InvalidSettingsError);
  });

  it('warns of a policy that deletes the state', async () => {
    const warning = await checkServer(saying('redis_version:7.0.15', 'maxmemory_policy:allkeys-lru'));
    expect(warning).toMatch(/allkeys-lru.*noeviction/);
    expect(await checkServer(saying('redis_version:7.0.15', 'maxmemory_policy:volatile-lru'))).toBeNull();
  });

  it('takes it as it is where the user may not ask', async () => {
    expect(
      await checkServer(serverThat(() => Promise.reject(new Error('NOPERM no permissions')))),
    ).toBeNull();
  });
});
