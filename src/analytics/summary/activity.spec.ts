import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Activity } from './activity.js';

const secondsAt = (text: string) => Date.parse(`${text}Z`) / 1000;

function activityOf(...times: string[]): Activity {
  const activity = new Activity();
  for (const time of times) activity.add(secondsAt(time));
  return activity;
}

const nonZero = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

describe('Activity', () => {
  it('has every hour and every day from the start, Monday first, and no peak hours', () => {
    const { hourly, daily, peakHours } = new Activity();
    expect(Object.keys(hourly)).toEqual(Array.from({ length: 24 }, (_, hour) => String(hour)));
    expect(Object.keys(daily).join(' ')).toBe('Monday Tuesday Wednesday Thursday Friday Saturday Sunday');
    expect([...Object.values(hourly), ...Object.values(daily)].every((count) => count === 0)).toBe(true);
    expect(peakHours).toEqual([]);
  });

  it('counts by hour and day in UTC', () => {
    const { hourly, daily } = activityOf(
      '1970-01-01T00:00:01',
      '2024-02-29T23:59:59',
      '2024-03-01T00:00:00',
      '2024-03-24T17:50:36',
    );
    expect(nonZero(hourly)).toEqual({ 0: 2, 17: 1, 23: 1 });
    expect(nonZero(daily)).toEqual({ Thursday: 2, Friday: 1, Sunday: 1 });
  });

  it('puts the three hours with the most logins first, of equals the earlier one', () => {
    const hours = [9, 9, 20, 20, 20, 5, 5, 1, 23];
    const times = hours.map((hour) => `2024-03-24T${String(hour).padStart(2, '0')}:10:00`);
    expect(activityOf(...times).peakHours).toEqual([20, 5, 9]);
    expect(activityOf(...times.slice(0, 3)).peakHours).toEqual([9, 20]);
  });

  it('agrees with the platform’s calendar on every second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8_640_000_000_000 }), (seconds) => {
        const activity = new Activity();
        activity.add(seconds);
        const date = new Date(seconds * 1000);
        const day = date.toLocaleString('en-US', { weekday: 'long', timeZone: 'UTC' });
        expect(nonZero(activity.hourly)).toEqual({ [date.getUTCHours()]: 1 });
        expect(nonZero(activity.daily)).toEqual({ [day]: 1 });
      }),
    );
  });
});
