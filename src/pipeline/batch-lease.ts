/** The right to work on a batch: it ends when the group rebalances or the consumer stops. */
export interface BatchLease {
  /** Changes each time this process joins the group. Positions known from before a join may be stale. */
  readonly epoch: number;
  /** Offset to commit once every record of the batch is settled. */
  readonly endOffset: number;
  /** Offset behind the partition's last readable record when the batch was fetched. */
  readonly highWatermark: number;
  /** False from the moment that the consumer is asked to stop. */
  isRunning(): boolean;
  /** Keeps the membership; sends at most one request per heartbeat interval. @throws when the lease has ended. */
  heartbeat(): Promise<void>;
  /** Commits an offset of this partition, with what is kept beside it, outside a transaction. @throws when the lease has ended. */
  commit(offset: number, metadata: string): Promise<void>;
  /** Holds the batch's records back from this offset on, and fetches nothing of the partition until it is resumed. */
  pause(from: number): void;
}
