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
});
