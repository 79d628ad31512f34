import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../config/testing.js';
import { aLogin } from '../pipeline/testing.js';
import { FilterStage } from './filter.stage.js';

const stage = (env: Record<string, string>) => new FilterStage(testSettings(env).filter);

describe('FilterStage', () => {
  it.each([
    ['android', null],
    ['iOS', null],
    ['IOS', null],
    ['web', 'filtered_device_type'],
    [' ios', 'filtered_device_type'],
  ])('by default says of device type %j: %j', (device_type, reason) => {
    expect(stage({}).reason(aLogin({ device_type }))).toBe(reason);
  });

  it('lets every device type pass with *', () => {
    expect(stage({ DEVICE_TYPES: '*' }).reason(aLogin({ device_type: 'fridge' }))).toBeNull();
  });

  it('lets only listed versions pass', () => {
    const filter = stage({ APP_VERSIONS: '2.3.0,2.4.0' });
    expect(filter.reason(aLogin({ app_version: '2.4.0' }))).toBeNull();
    expect(filter.reason(aLogin({ app_version: '2.4.1' }))).toBe('filtered_app_version');
  });

  it('takes the age at arrival, to the millisecond', () => {
    const filter = stage({ MAX_MESSAGE_AGE_SECONDS: '60' });
    const arrived = (ms: number) => aLogin({ timestamp: 1_000 }, { timestamp: String(ms) });
    expect(filter.reason(arrived(1_060_000))).toBeNull();
    expect(filter.reason(arrived(1_060_001))).toBe('filtered_age');
    expect(filter.reason(arrived(0))).toBeNull();
  });

  it('names the first reason that applies: device type, version, age', () => {
    const filter = stage({ APP_VERSIONS: '1.0.0', MAX_MESSAGE_AGE_SECONDS: '1' });
    const old = { timestamp: '99999999000' };
    expect(filter.reason(aLogin({ device_type: 'web', timestamp: 1 }, old))).toBe('filtered_device_type');
    expect(filter.reason(aLogin({ timestamp: 1 }, old))).toBe('filtered_app_version');
    expect(filter.reason(aLogin({ app_version: '1.0.0', timestamp: 1 }, old))).toBe('filtered_age');
  });
});
