import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../config/testing.js';
import { PRIVATE_INPUT } from './privacy.js';
import { PROFILES } from './profiles.js';
import { resolveProfile } from './resolve-profile.js';

const resolved = (name: string, env: Record<string, string>) => {
  const { input, privacy } = testSettings({ ...PROFILES[name].settings, ...env });
  return resolveProfile(PROFILES[name], input, privacy);
};

describe(resolveProfile.name, () => {
  it('leaves every profile as it is with its own settings', () => {
    for (const name of Object.keys(PROFILES))
      expect([name, resolved(name, {})]).toEqual([name, PROFILES[name]]);
  });

  it.each<Record<string, string>>([
    { IP_PRIVACY: 'mask' },
    { DEVICE_PRIVACY: 'hash' },
    { UNKNOWN_FIELDS: 'drop' },
  ])('has the input written anew instead of passing its bytes on with %j', (env) => {
    expect(resolved('basic', env).processed).toEqual([PRIVATE_INPUT, 'processed_timestamp']);
    expect(resolved('insights', env)).toEqual(PROFILES.insights);
  });

  it('passes the bytes on where unknown fields are rejected: there are none then', () => {
    expect(resolved('basic', { UNKNOWN_FIELDS: 'reject' })).toEqual(PROFILES.basic);
  });

  it('hides what is personal in a profile that names it as received, under whatever name and in whatever place', () => {
    const open = {
      ...PROFILES.standard,
      processed: ['ip', { name: 'from', from: 'ip' }, 'device_id', { name: 'user', from: 'user_id' }],
      filteredContent: [{ input: { ip: 'locale', user_id: 'device_id' } }],
    };
    const { input, privacy } = testSettings({});
    expect(resolveProfile(open, input, privacy)).toMatchObject({
      processed: [
        { name: 'ip', from: 'private_ip' },
        { name: 'from', from: 'private_ip' },
        { name: 'device_id', from: 'private_device_id' },
        { name: 'user', from: 'user_id' },
      ],
      filteredContent: [
        { input: { ip: 'locale', device_id: 'private_device_id', user_id: 'private_device_id' } },
      ],
    });
  });
});
