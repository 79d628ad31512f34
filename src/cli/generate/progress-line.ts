import { grouped } from '../support/quantities.js';

export interface ProgressState {
  readonly sent: number;
  /** Infinite: no end is known. */
  readonly count: number;
  readonly seconds: number;
  /** Records per second, lately. */
  readonly rate: number;
}

const BAR_WIDTH = 24;

/** Count, rate, and the time that is left or, where no end is known, has passed. The bar is for a terminal. */
export function progressLine({ sent, count, seconds, rate }: ProgressState, bar: boolean): string {
  const speed = `${grouped(Math.round(rate))}/s`;
  if (count === Infinity) return `${grouped(sent)} sent  ${speed}  ${clock(seconds)}`;
  const share = count === 0 ? 1 : sent / count;
  const full = Math.floor(share * BAR_WIDTH);
  const drawn = bar ? `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}] ` : '';
  const left = rate > 0 ? clock((count - sent) / rate) : '-';
  return `${drawn}${Math.floor(share * 100)} %  ${grouped(sent)} of ${grouped(count)}  ${speed}  ETA ${left}`;
}

/** `1:05`, or `2:00:07` from an hour on. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
