import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { added } from '../testing.js';
import { CalendarProcessor } from './calendar.processor.js';

const inWords = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });

describe(CalendarProcessor.name, () => {
  const processor = new CalendarProcessor();

  it.each([
    { timestamp: 1, day_of_week: 'Thursday', hour_of_day: 0 },
    { timestamp: 86_399, day_of_week: 'Thursday', hour_of_day: 23 },
    { timestamp: 86_400, day_of_week: 'Friday', hour_of_day: 0 },
    { timestamp: 1_694_479_551, day_of_week: 'Tuesday', hour_of_day: 0 },
    { timestamp: 1_709_251_199, day_of_week: 'Thursday', hour_of_day: 23 },
    { timestamp: 1_709_251_200, day_of_week: 'Friday', hour_of_day: 0 },
    { timestamp: 2_147_483_648, day_of_week: 'Tuesday', hour_of_day: 3 },
    { timestamp: 999_999_999_999, day_of_week: 'Friday', hour_of_day: 1 },
  ])('puts $timestamp on a $day_of_week at $hour_of_day', ({ timestamp, day_of_week, hour_of_day }) => {
    expect(added(processor, { timestamp })).toEqual({ day_of_week, hour_of_day });
  });

  it('agrees with the platform at every event time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999 }), (timestamp) => {
        const date = new Date(timestamp * 1000);
        expect(added(processor, { timestamp })).toEqual({
          day_of_week: inWords.format(date),
          hour_of_day: date.getUTCHours(),
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
