import { hash } from 'node:crypto';
import { MOST_STATE_TIME, RecentValues } from '../../enrichment/state-handles.js';
import type { RecentTimes, StateHandle } from '../../enrichment/state-handles.js';
import { RecentTimesColumn } from './recent-times-column.js';
import { RecentValuesColumn } from './recent-values-column.js';
import { fill, scalar } from './table-state.js';
import type { Columns, Scalars, TableState } from './table-state.js';

/** The table beside whose rows the words are: the same row numbers. */
export interface RowCount {
  readonly capacity: number;
  readonly size: number;
}

/** This login's values of the fields that are remembered, by their numbers; -1 where it has none. */
export type CurrentValues = Float64Array;

/**
 * What late processors have remembered of each user, or of each device: the words of all their handles in a row. Handles that
 * remember the same share their words. The words of a new row are zero, and that is nothing remembered.
 */
export class StateColumns implements TableState {
  /** 32-bit words a row. */
  readonly stride: number;
  private readonly data: Int32Array;
  private readonly remembering: readonly (RecentValuesColumn | RecentTimesColumn)[];
  private readonly layout: number;

  /**
   * @param rows the table of users or devices
   * @param handles all of that key
   * @param fields the fields that are remembered: where each one's value is in {@link CurrentValues}
   */
  constructor(
    private readonly rows: RowCount,
    handles: readonly StateHandle[],
    fields: readonly string[],
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
    this.layout = Number.parseInt(hash('sha256', layouts.join('\n')).slice(0, 12), 16);
    this.data = new Int32Array(rows.capacity * words);
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

  columns(): Columns {
    return { state: this.data.subarray(0, this.rows.size * this.stride) };
  }

  /** What is remembered, and in which order, is part of it: other words would mean something else. */
  scalars(): Scalars {
    return { stateLayout: this.layout, stateRows: this.rows.size };
  }

  /** @throws RangeError also when it was written with other handles */
  restore(columns: Columns, scalars: Scalars): void {
    if (scalar(scalars, 'stateLayout') !== this.layout)
      throw new RangeError('what processors remember has changed: the state of others does not fit');
    fill(this.data, columns, 'state', scalar(scalars, 'stateRows', this.rows.capacity) * this.stride);
  }
}

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
