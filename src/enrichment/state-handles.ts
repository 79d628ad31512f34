import type { KnownField } from './processor.js';

/** Whose state it is. */
export type StateKey = 'user_id' | 'device_id';

/** Greatest event time that is remembered exactly (the year 2106); later ones count as this one. */
export const MOST_STATE_TIME = 2 ** 32 - 1;

interface StateSpec {
  /** Remembered for each user, or for each device. */
  readonly per: StateKey;
  /** How many are remembered. */
  readonly keep: number;
  /** How far from an event others may be to count as near, either way; 0: any distance. */
  readonly windowSeconds: number;
}

export interface RecentValuesSpec extends StateSpec {
  /** The field of which distinct values are remembered, received or added; null is not remembered. */
  readonly of: KnownField;
}

export type RecentTimesSpec = StateSpec;

const MOST_VALUES = 8;
const MOST_TIMES = 16;

/**
 * The distinct values of a field with the greatest event times, each with its greatest one (of equal times the smaller value),
 * so what is remembered does not depend on the order of events. A processor reads what was remembered before its login.
 */
export class RecentValues {
  /** How many are remembered: at most `keep`. */
  size = 0;
  /** Unix seconds of each, the first `size` of them. In no particular order. */
  readonly times: Float64Array;
  /** Whole numbers from 0 to 2^32 - 1: the values themselves if they are such (true is 1, false 0), else their hashes. */
  readonly values: Float64Array;
  /** This login's value as it would be remembered; -1 when it has none. */
  current = -1;
  /** Event time of this login, in Unix seconds. */
  now = 0;

  constructor(readonly spec: RecentValuesSpec) {
    check(spec, MOST_VALUES);
    this.times = new Float64Array(spec.keep);
    this.values = new Float64Array(spec.keep);
  }

  /** Whether this login's value is remembered, whenever it was seen. */
  get includesCurrent(): boolean {
    for (let i = 0; i < this.size; i++) if (this.values[i] === this.current) return true;
    return false;
  }

  /** How many other values were seen within the window of this event, either way. */
  get othersNear(): number {
    let others = 0;
    for (let i = 0; i < this.size; i++) if (this.values[i] !== this.current && this.isNear(i)) others++;
    return others;
  }

  /** Whether the i-th was seen within the window of this event. */
  isNear(i: number): boolean {
    return isWithin(this.spec.windowSeconds, this.times[i], this.now);
  }
}

/** The greatest event times of a user or device: for what happens often within a short time. */
export class RecentTimes {
  /** How many are remembered: at most `keep`. */
  size = 0;
  /** Unix seconds, the first `size` of them. In no particular order. */
  readonly times: Float64Array;
  /** Event time of this login, in Unix seconds. */
  now = 0;

  constructor(readonly spec: RecentTimesSpec) {
    check(spec, MOST_TIMES);
    this.times = new Float64Array(spec.keep);
  }

  /** How many of the remembered events are within the window of this one, either way. */
  get near(): number {
    let near = 0;
    for (let i = 0; i < this.size; i++)
      if (isWithin(this.spec.windowSeconds, this.times[i], this.now)) near++;
    return near;
  }
}

/** What a processor remembers of users and devices: it declares handles and reads them; the store keeps and fills them. */
export type StateHandle = RecentValues | RecentTimes;

/** A processor with state has this property; the names are for people. */
export interface HasState {
  readonly state: Readonly<Record<string, StateHandle>>;
}

/** @throws RangeError when `keep` is not from 1 to 8, or another part of the spec makes no sense */
export const recentValues = (spec: RecentValuesSpec): RecentValues => new RecentValues(spec);

/** @throws RangeError when `keep` is not from 1 to 16, or another part of the spec makes no sense */
export const recentTimes = (spec: RecentTimesSpec): RecentTimes => new RecentTimes(spec);

const isWithin = (window: number, time: number, now: number): boolean =>
  window === 0 || Math.abs(time - now) <= window;

function check({ per, keep, windowSeconds }: StateSpec, most: number): void {
  if (per !== 'user_id' && per !== 'device_id')
    throw new RangeError(`"per" must be user_id or device_id, and is ${String(per)}`);
  if (!Number.isInteger(keep) || keep < 1 || keep > most)
    throw new RangeError(`"keep" must be a whole number from 1 to ${most}, and is ${keep}`);
  if (!(windowSeconds >= 0))
    throw new RangeError(`"windowSeconds" must be 0 or more, and is ${windowSeconds}`);
}
