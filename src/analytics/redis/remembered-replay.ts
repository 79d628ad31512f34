import { MOST_STATE_TIME, RecentValues } from '../../enrichment/state-handles.js';
import type { RecentTimes } from '../../enrichment/state-handles.js';
import { RecentTimesColumn } from '../tables/recent-times-column.js';
import { RecentValuesColumn } from '../tables/recent-values-column.js';
import type { ColumnLayout } from './store-layout.js';

/**
 * What late processors remember of the users, or of the devices, of one batch: goes on from what was remembered before the batch,
 * login by login, as the script has.
 */
export class RememberedReplay {
  private readonly words: Int32Array;
  private readonly stride: number;
  private readonly columns: readonly (RecentValuesColumn | RecentTimesColumn)[];

  /**
   * @param states of the batch's users or devices, one after the other: per column the number of entries in a byte, then the entries
   * @param count how many there are
   */
  constructor(layout: readonly ColumnLayout[], states: Buffer, count: number) {
    const starts: number[] = [];
    let stride = 0;
    for (const { keep, size } of layout) {
      starts.push(stride);
      stride += (keep * size) / 4;
    }
    this.stride = stride;
    this.words = new Int32Array(count * stride);
    this.read(layout, states, count);
    this.columns = layout.map(({ handles, field }, index) =>
      handles[0] instanceof RecentValues
        ? new RecentValuesColumn(this.words, starts[index], handles as readonly RecentValues[], field)
        : new RecentTimesColumn(this.words, starts[index], handles as readonly RecentTimes[]),
    );
  }

  /**
   * Fills the handles with what is remembered, then remembers the login.
   *
   * @param number of the user or device, from 1
   * @param isNew what was remembered was forgotten
   * @param current the login's values by field, -1 for none
   */
  see(number: number, isNew: boolean, current: Float64Array, eventTime: number): void {
    const at = (number - 1) * this.stride;
    if (isNew) this.words.fill(0, at, at + this.stride);
    const time = Math.min(eventTime, MOST_STATE_TIME);
    for (const column of this.columns) column.see(at, current, time);
  }

  private read(layout: readonly ColumnLayout[], states: Buffer, count: number): void {
    let from = 0;
    let row = 0;
    for (let index = 0; index < count; index++) {
      for (const { keep, size } of layout) {
        const words = (states[from++] * size) / 4;
        for (let word = 0; word < words; word++, from += 4) this.words[row + word] = states.readInt32LE(from);
        row += (keep * size) / 4;
      }
    }
  }
}
