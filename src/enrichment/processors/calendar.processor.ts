import { LoginProcessor } from '../processor.js';
import type { Adds } from '../processor.js';
import type { Login } from '../../pipeline/login.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /** Day of the event in UTC, in English. */
    day_of_week: DayOfWeek;
    /** Hour of the event in UTC. */
    hour_of_day: HourOfDay;
  }
}

/** Starts with the day of 1970-01-01. */
const DAYS = ['Thursday', 'Friday', 'Saturday', 'Sunday', 'Monday', 'Tuesday', 'Wednesday'] as const;
export type DayOfWeek = (typeof DAYS)[number];

/**
 * @integer
 * @minimum 0
 * @maximum 23
 */
export type HourOfDay = number;

@LoginProcessor({
  needs: ['event_time'],
  adds: ['day_of_week', 'hour_of_day'],
  summary: 'Day of the week (English) and hour of the event, in UTC.',
})
export class CalendarProcessor {
  process({ event_time }: Login, add: Adds<'day_of_week' | 'hour_of_day'>): void {
    const day = Math.floor(event_time / 86_400);
    add.day_of_week = DAYS[day % 7];
    add.hour_of_day = Math.floor((event_time - day * 86_400) / 3_600);
  }
}
