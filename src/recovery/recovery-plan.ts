import type { JournalEntry, UserKeys } from '../analytics/durable/journal-entry.js';
import type { PositionOf } from '../analytics/durable/positions.js';
import type { RecordMark } from '../analytics/record-mark.js';
import type { OffsetRange } from '../kafka/log-reader.js';

/** What the cluster says of one partition of the input, once no earlier owner can commit anything any more. */
export interface PartitionFacts {
  /** Next offset without a committed outcome; null: none was ever committed, or it is gone. */
  readonly committed: number | null;
  readonly logStart: number;
  /** Offset behind the last record. */
  readonly logEnd: number;
  /** The records are others than those that state has counted: the log was deleted and made again. */
  readonly isAnother: boolean;
}

/** A checkpoint that can be read, with the journal of what came after it, in order. */
export interface Generation {
  readonly id: number;
  readonly positions: ReadonlyMap<number, PositionOf>;
  readonly entries: readonly JournalEntry[];
}

/** One thing to do, in the order in which it was done. */
export type RecoveryStep =
  | {
      readonly kind: 'batch';
      readonly partition: number;
      readonly range: OffsetRange;
      readonly now: number;
      readonly last: RecordMark;
    }
  | { readonly kind: 'summary'; readonly now: number }
  | { readonly kind: 'forget'; readonly keys: UserKeys }
  | { readonly kind: 'reset'; readonly partition: number }
  /** What no journal tells the order of: as it arrived. */
  | { readonly kind: 'unordered'; readonly ranges: ReadonlyMap<number, OffsetRange> };

export interface RecoveryPlan {
  /** The checkpoint to begin with; null: with nothing. */
  readonly checkpoint: number | null;
  readonly steps: readonly RecoveryStep[];
  /** Why the result would not be what state was, in sentences for operators. */
  readonly losses: readonly string[];
  /** What is different from a usual start, and loses nothing. */
  readonly remarks: readonly string[];
  /** Offsets that the group has lost and state knows: to be committed before the group is joined. */
  readonly offsetsToCommit: ReadonlyMap<number, number>;
  /** Partitions of which nothing is counted any more: a later recovery has to know it, too. */
  readonly renewed: ReadonlySet<number>;
}
