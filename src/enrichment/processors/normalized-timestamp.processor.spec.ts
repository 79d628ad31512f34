import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { added } from '../testing.js';
import { NormalizedTimestampProcessor } from './normalized-timestamp.processor.js';

/** The platform writes the year 33658 as `+033658`. */
const byPlatform = (seconds: number): string =>
  new Date(seconds * 1000)
    .toISOString()
    .replace(/^\+0*/, '')
    .replace(/T(.{8}).*/, ' $1');

describe(NormalizedTimestampProcessor.name, () => {
  const processor = new NormalizedTimestampProcessor();

  it.each([
    [1, '1970-01-01 00:00:01'],
    [86_399, '1970-01-01 23:59:59'],
    [951_782_400, '2000-02-29 00:00:00'],
    [1_694_479_551, '2023-09-12 00:45:51'],
    [1_709_251_199, '2024-02-29 23:59:59'],
    [1_709_251_200, '2024-03-01 00:00:00'],
    [1_735_689_599, '2024-12-31 23:59:59'],
    [2_147_483_648, '2038-01-19 03:14:08'],
    [4_107_542_400, '2100-03-01 00:00:00'],
    [253_402_300_799, '9999-12-31 23:59:59'],
    [253_402_300_800, '10000-01-01 00:00:00'],
    [999_999_999_999, '33658-09-27 01:46:39'],
    [Number.MAX_SAFE_INTEGER, '285428751-11-12 07:36:31'],
  ])('writes %d as %s', (timestamp, normalized_timestamp) => {
    expect(added(processor, { timestamp })).toEqual({ normalized_timestamp });
  });

  it('agrees with the platform at every event time, whatever came before', () => {
    const time = fc.oneof(
      fc.integer({ min: 1, max: 999_999_999_999 }),
      // Days that share a slot of the cache.
      fc.integer({ min: 0, max: 2_000 }).map((cycle) => 1_694_479_551 + cycle * 4_096 * 86_400),
    );
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 20 }), (times) => {
        const written = times.map((timestamp) => added(processor, { timestamp }).normalized_timestamp);
        expect(written).toEqual(times.map(byPlatform));
      }),
      { numRuns: 1_000 },
    );
  });

  it('agrees with the platform on every day from 1970 to 2500', () => {
    for (let day = 0; day < 530 * 366; day++) {
      const timestamp = day * 86_400 + (day % 86_400);
      const { normalized_timestamp } = added(processor, { timestamp });
      if (normalized_timestamp !== byPlatform(timestamp))
        expect(normalized_timestamp).toBe(byPlatform(timestamp));
    }
  });
});
