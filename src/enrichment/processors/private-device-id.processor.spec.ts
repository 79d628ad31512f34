import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../../config/testing.js';
import { added } from '../testing.js';
import { PrivateDeviceIdProcessor } from './private-device-id.processor.js';

describe(PrivateDeviceIdProcessor.name, () => {
  it.each([
    // Computed with sha256sum and openssl.
    [{}, '593-47-5928', '4f00c1a807b673887c7af517d0df68e6b41aecf8cbec26c71fe4c580664669ed'],
    [{}, 'gerät-😀', 'e37f70e18d43d458d98206c44fb5ed4f1afb1004cf1af8478a68d2eeffae00c5'],
    [
      { PRIVACY_KEY: 'secret' },
      '593-47-5928',
      '584550e27259ef9b253b3b9eb3798e94c8c095201d704ab03ac6f168c5bd0d0c',
    ],
    [
      { PRIVACY_KEY: 'secret' },
      'gerät-😀',
      '41cdd3f5e30fabb723e8be14a6def8382890fabe33b4706dd9d0736e2cf830b5',
    ],
    [{ DEVICE_PRIVACY: 'none' }, '593-47-5928', '593-47-5928'],
  ])('with %j makes of %s %s', (env, device_id, private_device_id) => {
    const processor = new PrivateDeviceIdProcessor(testSettings(env).privacy);
    expect(added(processor, { device_id })).toEqual({ private_device_id });
  });
});
