import { describe, expect, it } from '@jest/globals';
import { added } from '../testing.js';
import { DeviceTypeLowerProcessor } from './device-type-lower.processor.js';

describe(DeviceTypeLowerProcessor.name, () => {
  const processor = new DeviceTypeLowerProcessor();

  it.each([
    ['android', 'android'],
    ['Android', 'android'],
    ['iOS', 'ios'],
    ['IOS', 'ios'],
    ['Smart TV', 'smart tv'],
    ['ÉCRAN', 'écran'],
    [' ios ', ' ios '],
  ])('makes of "%s" "%s"', (device_type, device_type_lower) => {
    expect(added(processor, { device_type })).toEqual({ device_type_lower });
  });
});
