import type { BatchLease } from '../pipeline/batch-lease.js';
import type { LaneProducer } from './lane-producer.js';
import type { TopicRecords } from './outgoing-record.js';
import type { Committed } from './pending-outcomes.js';
import type { RecordSet } from './record-set.js';

/** What a lane needs from the rest of the client. */
export interface LanePort {
  /** Whether the results of what is not committed are kept where the partition's next owner finds them, too. */
  readonly resultsAreShared: boolean;
  /** Of which offsets are committed. */
  readonly group: string;
  openProducer(): Promise<LaneProducer>;
  committed(): Promise<Committed | null>;
  /** Offset of the partition's first record that is still there. */
  logStartOffset(): Promise<number>;
  /** Offset behind the partition's last record, now. */
  logEndOffset(): Promise<number>;
  refreshTopics(): Promise<void>;
  /** @param shrink share of what its topic takes that a record set may use, above 0 and up to 1 */
  encode(topics: readonly TopicRecords[], shrink: number): Promise<RecordSet[][]>;
  /** Writes the outcomes and commits the offset: at once, or one after the other, as the delivery mode says. */
  commit(
    producer: LaneProducer,
    rounds: readonly RecordSet[][],
    committed: Committed,
    lease: BatchLease,
  ): Promise<void>;
  retried(): void;
  offsetReset(): void;
}
