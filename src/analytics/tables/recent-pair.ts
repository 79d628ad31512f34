import { fromWords, highWord, lowWord } from './time-words.js';

/** Where a pair's words are, counted from the start of its row. Zero words are an empty pair. */
export interface PairLayout {
  /** Two keys, one behind the other. */
  readonly keys: number;
  readonly keyWords: number;
  /** Two words: the low words of their times. */
  readonly times: number;
  /** A word whose bits from `highShift` hold two bytes, the high bytes of the times: 40 bits reach 10^12. */
  readonly high: number;
  readonly highShift: 0 | 16;
}

/** Orders keys of one word; keys of several words are unsigned numbers, most significant word first. */
export type KeyOrder = (a: number, b: number) => number;

/**
 * The two distinct keys with the greatest event times, each with its greatest time, in words of a row. Of equal times
 * the smaller key's wins, so that what is remembered does not depend on the order of events.
 */
export class RecentPair {
  /** @param window seconds between events that still count as near; 0: all do */
  constructor(
    private readonly data: Int32Array,
    private readonly layout: PairLayout,
    private readonly window: number,
    private readonly order?: KeyOrder,
  ) {}

  /**
   * Merges an event.
   *
   * @param row the row's first word
   * @param time from 1 to 2^40 - 1 (0 means that there is none)
   * @returns how many other keys were remembered whose times lie within the window of this one, either way: 0 to 2
   */
  see(row: number, key: Int32Array, time: number): number {
    const time0 = this.timeOf(row, 0);
    const time1 = this.timeOf(row, 1);
    const is0 = time0 > 0 && this.holds(row, 0, key);
    const is1 = !is0 && time1 > 0 && this.holds(row, 1, key);
    let others = 0;
    if (!is0 && time0 > 0 && this.isNear(time0, time)) others++;
    if (!is1 && time1 > 0 && this.isNear(time1, time)) others++;
    if (is0) {
      if (time > time0) this.setTime(row, 0, time);
    } else if (is1) {
      if (time > time1) this.setTime(row, 1, time);
    } else if (time0 === 0) this.put(row, 0, key, time);
    else if (time1 === 0) this.put(row, 1, key, time);
    else this.replaceLesser(row, time0, time1, key, time);
    return others;
  }

  /** The greatest time of a key, 0 if there is none. */
  timeOf(row: number, which: 0 | 1): number {
    const { times, high, highShift } = this.layout;
    const highByte = (this.data[row + high] >>> (highShift + 8 * which)) & 0xff;
    return fromWords(this.data[row + times + which], highByte);
  }

  private isNear(time: number, other: number): boolean {
    return this.window === 0 || Math.abs(time - other) <= this.window;
  }

  private holds(row: number, which: 0 | 1, key: Int32Array): boolean {
    const { keys, keyWords } = this.layout;
    const at = row + keys + which * keyWords;
    for (let word = 0; word < keyWords; word++) if (this.data[at + word] !== key[word]) return false;
    return true;
  }

  private replaceLesser(row: number, time0: number, time1: number, key: Int32Array, time: number): void {
    const { keys, keyWords } = this.layout;
    const at = row + keys;
    const lesser =
      time0 < time1 || (time0 === time1 && this.compare(this.data, at, this.data, at + keyWords) > 0) ? 0 : 1;
    const least = lesser === 0 ? time0 : time1;
    if (time > least || (time === least && this.compare(key, 0, this.data, at + lesser * keyWords) < 0)) {
      this.put(row, lesser, key, time);
    }
  }

  private compare(a: Int32Array, aAt: number, b: Int32Array, bAt: number): number {
    if (this.order !== undefined) return this.order(a[aAt], b[bAt]);
    for (let word = 0; word < this.layout.keyWords; word++) {
      const difference = (a[aAt + word] >>> 0) - (b[bAt + word] >>> 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  private put(row: number, which: 0 | 1, key: Int32Array, time: number): void {
    const { keys, keyWords } = this.layout;
    const at = row + keys + which * keyWords;
    for (let word = 0; word < keyWords; word++) this.data[at + word] = key[word];
    this.setTime(row, which, time);
  }

  private setTime(row: number, which: 0 | 1, time: number): void {
    const { times, high, highShift } = this.layout;
    const shift = highShift + 8 * which;
    this.data[row + times + which] = lowWord(time);
    this.data[row + high] = (this.data[row + high] & ~(0xff << shift)) | ((highWord(time) & 0xff) << shift);
  }
}
