/** What the error limit needs of whoever fetches: it pauses by the lease of a batch. */
export abstract class PauseControl {
  /** Registers who wants to know, whenever partitions are given out anew, which are this instance's. */
  abstract whenAssigned(onAssigned: (partitions: readonly number[]) => void): void;
  /** Goes on with a partition from where it was paused; does nothing if it is not. */
  abstract release(partition: number): void;
}
