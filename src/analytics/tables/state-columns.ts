import { MOST_STATE_TIME, RecentValues } from '../../enrichment/state-handles.js';
import type { RecentTimes, StateHandle } from '../../enrichment/state-handles.js';
import { RecentTimesColumn } from './recent-times-column.js';
import { RecentValuesColumn } from './recent-values-column.js';
import type { RowArray } from './row-image.js';

/** This login's values of the fields that are remembered, by their numbers; -1 where it has none. */
export type CurrentValues = Float64Array;

/**
 * What late processors have remembered of each user, or of each device: the words of all their handles in a row. Handles that
 * remember the same share their words. The words of a new row are zero, and that is nothing remembered.
 *
 * They have the row numbers of the table beside them, and are written only where that lets its rows be written.
 */
export class StateColumns {
  /** 32-bit words a row. */
  readonly stride: number;
  /** What an image has of them. */
  readonly array: RowArray;
  private readonly data: Int32Array;
  private readonly remembering: readonly (RecentValuesColumn | RecentTimesColumn)[];

  /**
   * @param capacity of the table of users or devices
   * @param handles all of that key
   * @param fields the fields that are remembered: where each one's value is in {@link CurrentValues}
   */
  constructor(
    capacity: number,
    handles: readonly StateHandle[],
    private readonly fields: readonly string[],
  ) {
    const groups = byLayout(handles);
    const layouts = [...groups.keys()].sort();
    let words = 0;
    const starts = layouts.map((layout) => {
      const start = words;
      words += wordsOf(groups.get(layout)![0]);
      return start;
    });
    this.stride = words;
    this.data = new Int32Array(capacity * words);
    this.array = { name: 'state', words: this.data, stride: words };
    this.remembering = layouts.map((layout, index) => {
      const group = groups.get(layout)!;
      const [first] = group;
      return first instanceof RecentValues
        ? new RecentValuesColumn(
            this.data,
            starts[index],
            group as RecentValues[],
            fields.indexOf(first.spec.of),
          )
        : new RecentTimesColumn(this.data, starts[index], group as RecentTimes[]);
    });
  }

  /**
   * Fills the handles with what is remembered, then remembers the login.
   *
   * @param isNew the row is another's now: what it held is forgotten
   * @param eventTime Unix seconds, at least 1
   */
  see(row: number, isNew: boolean, current: CurrentValues, eventTime: number): void {
    const at = row * this.stride;
    if (isNew) this.data.fill(0, at, at + this.stride);
    const time = Math.min(eventTime, MOST_STATE_TIME);
    for (const column of this.remembering) column.see(at, current, time);
  }

  /** A row was taken out of the table, and its last one, now number `last`, moved to its place. */
  remove(row: number, last: number): void {
    const { data, stride } = this;
    data.copyWithin(row * stride, last * stride, (last + 1) * stride);
    data.fill(0, last * stride, (last + 1) * stride);
  }

  /**
   * Forgets a value of a field in all rows.
   *
   * @param rows how many there are
   * @param keep told each row that is about to be written
   */
  forgetValue(field: string, value: number, rows: number, keep: (row: number) => void): void {
    const number = this.fields.indexOf(field);
    for (const column of this.remembering) {
      if (!(column instanceof RecentValuesColumn) || column.field !== number) continue;
      for (let row = 0; row < rows; row++) {
        if (!column.has(row * this.stride, value)) continue;
        keep(row);
        column.forget(row * this.stride, value);
      }
    }
  }
}

/** What the words of a row mean, for people: state with another meaning cannot be used. */
export const stateLayoutOf = (handles: readonly StateHandle[]): string =>
  [...byLayout(handles).keys()].sort().join('; ');

function byLayout(handles: readonly StateHandle[]): Map<string, StateHandle[]> {
  const groups = new Map<string, StateHandle[]>();
  for (const handle of handles) {
    const layout = layoutOf(handle);
    groups.set(layout, [...(groups.get(layout) ?? []), handle]);
  }
  return groups;
}

const layoutOf = ({ spec }: StateHandle): string =>
  'of' in spec ? `values of ${spec.of}, ${spec.keep}` : `times, ${spec.keep}`;

const wordsOf = ({ spec }: StateHandle): number => ('of' in spec ? 2 * spec.keep : spec.keep);
