import type { RecentTimes } from '../../enrichment/state-handles.js';

/** The greatest times of each row, equal ones each for itself; 0 is an empty place, the empty ones are last. */
export class RecentTimesColumn {
  private readonly keep: number;

  /**
   * @param start where its words begin in a row
   * @param handles to be filled, all with the same `keep`
   */
  constructor(
    private readonly data: Int32Array,
    private readonly start: number,
    private readonly handles: readonly RecentTimes[],
  ) {
    this.keep = handles[0].spec.keep;
  }

  /**
   * @param row where the row begins
   * @param _current nothing of it is remembered but the time
   * @param time from 1 to 2^32 - 1
   */
  see(row: number, _current: Float64Array, time: number): void {
    const at = row + this.start;
    for (const handle of this.handles) this.load(at, handle, time);
    this.merge(at, time);
  }

  private load(at: number, handle: RecentTimes, now: number): void {
    const { data, keep } = this;
    let size = 0;
    while (size < keep && data[at + size] !== 0) {
      handle.times[size] = data[at + size] >>> 0;
      size++;
    }
    handle.size = size;
    handle.now = now;
  }

  private merge(at: number, time: number): void {
    const { data } = this;
    const end = at + this.keep;
    let least = at;
    for (let place = at; place < end; place++) {
      if (data[place] === 0) {
        data[place] = time;
        return;
      }
      if (data[place] >>> 0 < data[least] >>> 0) least = place;
    }
    if (data[least] >>> 0 < time) data[least] = time;
  }
}
