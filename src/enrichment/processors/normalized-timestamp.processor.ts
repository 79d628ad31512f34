import { civilDate, TWO_DIGITS } from '../civil-date.js';
import { LoginProcessor } from '../processor.js';
import type { Adds } from '../processor.js';
import type { Login } from '../../pipeline/login.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /**
     * The event time as `YYYY-MM-DD HH:MM:SS`, in UTC.
     *
     * @pattern ^[0-9]{4,}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]$
     */
    normalized_timestamp: string;
  }
}

const HOURS = TWO_DIGITS.slice(0, 24).map((hour) => ` ${hour}:`);
const MINUTES = Array.from(
  { length: 3_600 },
  (_, second) => `${TWO_DIGITS[Math.floor(second / 60)]}:${TWO_DIGITS[second % 60]}`,
);
/** Eleven years: all days of real traffic, live or replayed, have a slot of their own. */
const SLOTS = 4_096;

@LoginProcessor({
  needs: ['event_time'],
  adds: ['normalized_timestamp'],
  summary: 'The event time as YYYY-MM-DD HH:MM:SS, in UTC.',
})
export class NormalizedTimestampProcessor {
  private readonly days = new Float64Array(SLOTS).fill(-1);
  private readonly dates = new Array<string>(SLOTS).fill('');

  process({ event_time }: Login, add: Adds<'normalized_timestamp'>): void {
    const day = Math.floor(event_time / 86_400);
    const slot = day % SLOTS;
    if (this.days[slot] !== day) {
      this.days[slot] = day;
      this.dates[slot] = civilDate(day);
    }
    const second = event_time - day * 86_400;
    const hour = Math.floor(second / 3_600);
    add.normalized_timestamp = this.dates[slot] + HOURS[hour] + MINUTES[second - hour * 3_600];
  }
}
