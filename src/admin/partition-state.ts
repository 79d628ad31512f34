import type { PartitionPause } from '../pipeline/error-limit-pause.js';

/** An input partition of this instance, as `GET /api/partitions` shows it. */
export interface PartitionState {
  readonly partition: number;
  /** Next offset to settle; null before the first batch. */
  readonly position: number | null;
  /** Records not settled yet; null before the first batch. */
  readonly lag: number | null;
  readonly paused: PauseState | null;
}

interface PauseState extends Omit<PartitionPause, 'topic' | 'partition' | 'since'> {
  /** ISO 8601. */
  readonly since: string;
}

export interface PartitionsState {
  /** Input topic. */
  readonly topic: string;
  readonly partitions: readonly PartitionState[];
}

/** Answer of the calls that resume. */
export interface Resumed {
  /** Those that were paused; empty when none was. */
  readonly resumed: readonly {
    readonly topic: string;
    readonly partition: number;
    /** Offset from which on it is read again. */
    readonly from: number;
  }[];
}

export function pauseState({ since, reason, offsets, batch, errorTypes }: PartitionPause): PauseState {
  return { since: new Date(since).toISOString(), reason, offsets, batch, errorTypes };
}
