import { describe, expect, it, jest } from '@jest/globals';
import type { ErrorLimit } from '../pipeline/error-limit.js';

/** As Terminus has it. That package is CommonJS and requires Nest's ES modules, which Jest cannot load on Node 20. */
class HealthIndicatorService {
  check(key: string) {
    const result = (status: string) => (detail?: object) => ({ [key]: { status, ...detail } });
    return { up: result('up'), down: result('down') };
  }
}
jest.unstable_mockModule('@nestjs/terminus', () => ({ HealthIndicatorService }));
const { ErrorLimitIndicator } = await import('./error-limit.indicator.js');

const checkOf = (limit: Partial<ErrorLimit>) =>
  new ErrorLimitIndicator(new HealthIndicatorService() as never, limit as ErrorLimit).check();

describe('ErrorLimitIndicator', () => {
  it('says nothing while there is no limit', () => {
    expect(checkOf({ isOn: false })).toEqual({});
  });

  it('is up while no partition is paused', () => {
    expect(checkOf({ isOn: true, paused: [] })).toEqual({ errorLimit: { status: 'up' } });
  });

  it('is down while partitions are paused, and says which, where and why', () => {
    const pauseOf = (partition: number, reachedAt: number) => ({
      ...{ topic: 'in', partition, since: 0, reason: `too many in ${partition}`, errorTypes: [] },
      offsets: { first: 0, last: 99, reachedAt },
      batch: { records: 100, errors: 100 },
    });
    expect(checkOf({ isOn: true, paused: [pauseOf(2, 7), pauseOf(5, 90)] })).toEqual({
      errorLimit: {
        status: 'down',
        message: expect.stringContaining('login-stream resume'),
        paused: { 2: 'at offset 7: too many in 2', 5: 'at offset 90: too many in 5' },
      },
    });
  });
});
