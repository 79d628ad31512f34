import { describe, expect, it } from '@jest/globals';
import { rememberValues } from '../testing.js';
import { NewDevice } from './new-device.js';

/** @param remembered devices, each an hour before this login */
function fires(device: number, remembered: readonly number[]): boolean {
  const rule = new NewDevice();
  rememberValues(
    rule.state.devices,
    remembered.map((value) => [value, 1_711_299_036]),
    device,
    1_711_302_636,
  );
  return rule.fires();
}

describe('new_device', () => {
  it.each([
    ['does not fire for the first login of a user', 7, [], false],
    ['does not fire for the same device again', 7, [7], false],
    ['fires for a second device', 8, [7], true],
    ['does not fire for either of two devices', 7, [8, 7], false],
    ['fires for a third device', 9, [8, 7], true],
    ['fires for a device whose hash is 0', 0, [7], true],
    ['takes no empty place for the device whose hash is 0', 0, [0], false],
  ])('%s', (_, device, remembered, expected) => {
    expect(fires(device, remembered)).toBe(expected);
  });

  it('remembers two devices for each user', () => {
    expect(new NewDevice().state.devices.spec).toEqual({
      per: 'user_id',
      of: 'device_id',
      keep: 2,
      windowSeconds: 0,
    });
  });
});
