import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../../config/testing.js';
import { added } from '../testing.js';
import { PrivateIpProcessor } from './private-ip.processor.js';

const withSettings = (env: NodeJS.ProcessEnv) => new PrivateIpProcessor(testSettings(env).privacy);

describe(PrivateIpProcessor.name, () => {
  it.each([
    ['199.172.111.135', '199.172.111.xxx'],
    ['10.0.0.1', '10.0.0.xxx'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::xxx'],
    ['::ffff:203.0.113.7', '203.0.113.xxx'],
  ])('masks %s as %s by default', (ip, private_ip) => {
    expect(added(withSettings({}), { ip })).toEqual({ private_ip });
  });

  it.each(['203.0.113.7', '2001:DB8::1', '::ffff:203.0.113.7'])('hashes %s as received', (ip) => {
    const processor = withSettings({ IP_PRIVACY: 'hash', PRIVACY_KEY: 'k€y' });
    expect(added(processor, { ip })).toEqual({
      private_ip: createHmac('sha256', 'k€y').update(ip).digest('hex'),
    });
  });

  it('leaves the address alone when told so', () => {
    expect(added(withSettings({ IP_PRIVACY: 'none' }), { ip: '2001:DB8::1' })).toEqual({
      private_ip: '2001:DB8::1',
    });
  });

  it('is not made without a key when it has to hash', () => {
    expect(
      () => new PrivateIpProcessor({ ipPrivacy: 'hash', devicePrivacy: 'hash', privacyKey: undefined }),
    ).toThrow('PRIVACY_KEY');
  });
});
