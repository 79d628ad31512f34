import type { RecordMark } from '../record-mark.js';

/** How far a partition is counted. */
export interface PositionOf {
  /** Next offset to be applied. */
  readonly next: number;
  /** The last record that was; null before the first. */
  readonly last: RecordMark | null;
}
