import type { RecentValues } from '../../enrichment/state-handles.js';

/**
 * The distinct values with the greatest times of each row: words of value and time in turn, time 0 being an empty place, the
 * empty ones last. Of equal times the smaller value stays.
 */
export class RecentValuesColumn {
  private readonly keep: number;

  /**
   * @param start where its words begin in a row
   * @param handles to be filled, all with the same field and the same `keep`
   * @param field number of its value
   */
  constructor(
    private readonly data: Int32Array,
    private readonly start: number,
    private readonly handles: readonly RecentValues[],
    readonly field: number,
  ) {
    this.keep = handles[0].spec.keep;
  }

  /**
   * @param row where the row begins
   * @param current the login's values
   * @param time from 1 to 2^32 - 1
   */
  see(row: number, current: Float64Array, time: number): void {
    const value = current[this.field];
    const at = row + this.start;
    for (const handle of this.handles) this.load(at, handle, value, time);
    if (value >= 0) this.merge(at, value, time);
  }

  /** @param row where the row begins */
  has(row: number, value: number): boolean {
    return this.placeOf(row + this.start, value) >= 0;
  }

  /** Forgets a value that is there; the last one moves to its place. */
  forget(row: number, value: number): void {
    const { data } = this;
    const at = row + this.start;
    const place = this.placeOf(at, value);
    let last = at + 2 * this.keep - 2;
    while (data[last + 1] === 0) last -= 2;
    data[place] = data[last];
    data[place + 1] = data[last + 1];
    data[last] = 0;
    data[last + 1] = 0;
  }

  private placeOf(at: number, value: number): number {
    const { data } = this;
    for (let place = at; place < at + 2 * this.keep && data[place + 1] !== 0; place += 2)
      if (data[place] >>> 0 === value) return place;
    return -1;
  }

  private load(at: number, handle: RecentValues, current: number, now: number): void {
    const { data, keep } = this;
    const { values, times } = handle;
    let size = 0;
    while (size < keep && data[at + 2 * size + 1] !== 0) {
      values[size] = data[at + 2 * size] >>> 0;
      times[size] = data[at + 2 * size + 1] >>> 0;
      size++;
    }
    handle.size = size;
    handle.current = current;
    handle.now = now;
  }

  private merge(at: number, value: number, time: number): void {
    const { data } = this;
    const end = at + 2 * this.keep;
    let least = at;
    for (let place = at; place < end; place += 2) {
      const then = data[place + 1] >>> 0;
      if (then === 0) return this.put(place, value, time);
      if (data[place] >>> 0 === value) {
        if (time > then) data[place + 1] = time;
        return;
      }
      if (isLess(then, data[place] >>> 0, data[least + 1] >>> 0, data[least] >>> 0)) least = place;
    }
    if (isLess(data[least + 1] >>> 0, data[least] >>> 0, time, value)) this.put(least, value, time);
  }

  private put(place: number, value: number, time: number): void {
    this.data[place] = value;
    this.data[place + 1] = time;
  }
}

/** Whether the first goes before the second: its time is smaller, or its value is greater. */
const isLess = (time: number, value: number, otherTime: number, otherValue: number): boolean =>
  time < otherTime || (time === otherTime && value > otherValue);
