import { describe, expect, it } from '@jest/globals';
import { riskSettings } from '../testing.js';
import { SharedDevice } from './shared-device.js';

describe('shared_device', () => {
  it.each([
    [1, 2, false],
    [2, 2, true],
    [3, 2, true],
    [1, 3, false],
    [2, 3, false],
    [3, 3, true],
  ])(
    'with %i users in the window, and %i that are many, fires: %s',
    (users_in_window, sharedUsers, fires) => {
      expect(new SharedDevice(riskSettings({ sharedUsers })).fires({ users_in_window })).toBe(fires);
    },
  );
});
