import { describe, expect, it } from '@jest/globals';
import { added } from '../testing.js';
import { AppVersionProcessor } from './app-version.processor.js';

describe(AppVersionProcessor.name, () => {
  const processor = new AppVersionProcessor();

  it.each([
    ['2.3.0', [2, 3, 0]],
    ['0.0.0', [0, 0, 0]],
    ['10.20.30', [10, 20, 30]],
    ['999999999.999999998.999999997', [999_999_999, 999_999_998, 999_999_997]],
  ])('splits %s into %j', (app_version, [major, minor, patch]) => {
    const parts = { app_version_major: major, app_version_minor: minor, app_version_patch: patch };
    expect(added(processor, { app_version })).toEqual(parts);
    expect(added(processor, { app_version })).toEqual(parts);
  });
});
