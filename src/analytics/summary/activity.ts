import type { StoredPart } from '../tables/stored-part.js';
import type { Counts } from './summary.js';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
/** 1 January 1970 was a Thursday. */
const FIRST_DAY = DAYS.indexOf('Thursday');
const HOURS_OF_WEEK = 7 * 24;
const PEAKS = 3;

/** Hours since Monday, 0:00 UTC. @param eventTime Unix seconds */
export const hourOfWeek = (eventTime: number): number =>
  (Math.floor(eventTime / 3_600) + 24 * FIRST_DAY) % HOURS_OF_WEEK;

/** Logins by hour and by day of the event, in UTC. */
export class Activity {
  private readonly hours = new Float64Array(24);
  private readonly days = new Float64Array(7);

  /** @param counts by hour of the week */
  static ofWeek(counts: Float64Array): Activity {
    const activity = new Activity();
    for (let hour = 0; hour < HOURS_OF_WEEK; hour++) activity.addTo(hour, counts[hour]);
    return activity;
  }

  /** @param eventTime Unix seconds */
  add(eventTime: number): void {
    this.addTo(hourOfWeek(eventTime), 1);
  }

  private addTo(hour: number, logins: number): void {
    this.hours[hour % 24] += logins;
    this.days[Math.floor(hour / 24)] += logins;
  }

  get hourly(): Counts {
    const counts: Record<number, number> = {};
    for (let hour = 0; hour < 24; hour++) counts[hour] = this.hours[hour];
    return counts;
  }

  get daily(): Counts {
    const counts: Record<string, number> = {};
    for (let day = 0; day < 7; day++) counts[DAYS[day]] = this.days[day];
    return counts;
  }

  /** The hours with the most logins, at most 3, none without any: by count, then by hour. */
  get peakHours(): number[] {
    return [...this.hours.keys()]
      .filter((hour) => this.hours[hour] > 0)
      .sort((a, b) => this.hours[b] - this.hours[a] || a - b)
      .slice(0, PEAKS);
  }

  facts(): object {
    return { hours: [...this.hours], days: [...this.days] };
  }

  restore(stored: StoredPart): void {
    this.hours.set(stored.wholes('hours', this.hours.length));
    this.days.set(stored.wholes('days', this.days.length));
  }
}
