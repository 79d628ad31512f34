/** What the transport tells about its sends. Metrics implement it, so that `kafka/` needs to know nothing of them. */
export abstract class PublishingObserver {
  /** @param seconds from the hand-over of a batch's outcomes until they were committed */
  abstract published(partition: number, seconds: number): void;
  /** An attempt failed; the outcomes wait for the next one. */
  abstract retried(partition: number): void;
  /** A committed offset was not in the log: reading goes on from the earliest record that is there. */
  abstract offsetReset(partition: number): void;
  /** Nothing of the partition waits here any more: it is settled, or another instance's. */
  abstract released(partition: number): void;
}
