/**
 * The two distinct keys with the greatest event times, each with its greatest time, in words of a row. Of equal times
 * the smaller key's wins, so that what is remembered does not depend on the order of events.
 *
 * The first place holds a key with the greatest time that the row has seen. The row has that time anyway, so that only the
 * other key's time is kept here; 0 means that there is no other key.
 */
export abstract class RecentPair {
  /**
   * @param otherTime the word of a row that holds the time of the key in the second place
   * @param window seconds between events that still count as near; 0: all do
   */
  constructor(
    protected readonly data: Int32Array,
    private readonly otherTime: number,
    private readonly window: number,
  ) {}

  /**
   * Merges an event of the current key, which the subclass was told.
   *
   * @param row the row's first word
   * @param last the greatest time of the row before this event; 0: there is none
   * @param time from 1 to 2^32 - 1
   * @returns how many other keys were remembered whose times lie within the window of this one, either way: 0 to 2
   */
  see(row: number, last: number, time: number): number {
    if (last === 0) {
      this.put(row, 0);
      return 0;
    }
    const other = this.otherTimeOf(row);
    if (this.holds(row, 0)) return other > 0 && this.isNear(other, time) ? 1 : 0;
    const nearLast = this.isNear(last, time) ? 1 : 0;
    if (other === 0) {
      if (time > last) this.swap(row);
      this.put(row, time > last ? 0 : 1);
      this.data[row + this.otherTime] = Math.min(time, last);
      return nearLast;
    }
    if (this.holds(row, 1)) {
      if (time > last) this.swap(row);
      if (time > other) this.data[row + this.otherTime] = Math.min(time, last);
      return nearLast;
    }
    this.replaceLesser(row, last, other, time);
    return nearLast + (this.isNear(other, time) ? 1 : 0);
  }

  /** The time of the key in the second place; 0: there is none. */
  otherTimeOf(row: number): number {
    return this.data[row + this.otherTime] >>> 0;
  }

  /** Whether a place, which is in use, holds the current key. */
  protected abstract holds(row: number, place: 0 | 1): boolean;

  /** Whether the current key comes before the one in the second place. */
  protected abstract isBeforeSecond(row: number): boolean;

  /** Whether the key in the first place comes before the one in the second. */
  protected abstract isInOrder(row: number): boolean;

  /** Writes the current key into a place. */
  protected abstract put(row: number, place: 0 | 1): void;

  /** Lets the keys change places, also if there is none in the second. */
  protected abstract swap(row: number): void;

  private isNear(time: number, other: number): boolean {
    return this.window === 0 || Math.abs(time - other) <= this.window;
  }

  private replaceLesser(row: number, last: number, other: number, time: number): void {
    // The lesser one goes to the second place.
    if (other === last && !this.isInOrder(row)) this.swap(row);
    if (time > last) {
      this.swap(row);
      this.put(row, 0);
      this.data[row + this.otherTime] = last;
    } else if (time > other || (time === other && this.isBeforeSecond(row))) {
      this.put(row, 1);
      this.data[row + this.otherTime] = time;
    }
  }
}
