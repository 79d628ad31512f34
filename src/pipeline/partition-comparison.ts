import { Logger } from '@nestjs/common';
import { isSameRecord, markOfRecord } from '../analytics/record-mark.js';
import type { RecordMark } from '../analytics/record-mark.js';
import type { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { asItArrived } from '../ingest/arrival.js';
import type { ClusterAdmin } from '../kafka/cluster-admin.js';
import { underLease } from '../kafka/lease-guard.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import { OneAtATime } from '../kafka/one-at-a-time.js';
import { Patience } from '../kafka/patience.js';
import type { BatchLease } from './batch-lease.js';
import type { Recount } from './recount.js';

/** How many partitions are compared with the input at once. */
const AT_ONCE = 8;

/** Where a batch's partition is, and how far it is committed. */
export interface PartitionAt {
  readonly topic: string;
  readonly partition: number;
  /** Null: nothing is. */
  readonly committed: number | null;
}

/** Compares what shared state knows of a partition with what is committed and with what its log has, and mends what differs. */
export class PartitionComparison {
  private readonly logger = new Logger('State');
  /** Each has a connection or two while it reads. */
  private readonly readers = Array.from({ length: AT_ONCE }, () => new OneAtATime());
  /** Partitions whose log is known to be the one that state has counted. */
  private readonly recognised = new Set<number>();

  constructor(
    private readonly store: RedisStateStore,
    private readonly recount: Pick<Recount, 'run' | 'read' | 'lost'>,
    private readonly admin: Pick<ClusterAdmin, 'logRange'>,
  ) {}

  /** The partition's log may be a new one since it was compared. */
  doubt(partition: number): void {
    this.recognised.delete(partition);
  }

  /**
   * @returns what is counted and not committed: its results are kept, and have to be written; null when there is nothing
   * @throws StateBehind when Redis loses state again meanwhile; StateDiverged; what ended the lease
   */
  async compare(at: PartitionAt, lease: BatchLease): Promise<OffsetRange | null> {
    const { store } = this;
    const { topic, partition, committed } = at;
    const { next, keptFrom, resetAt, settled, last } = await underLease(lease, (signal) =>
      store.position(partition, signal),
    );
    const log = await this.logRange(at, lease);
    const { end } = log;
    if (next !== null && (next > end || (await this.isAnother(at, last, log, lease)))) {
      const goesOn = committed !== null && committed <= end ? committed : null;
      await underLease(lease, (signal) => store.renew(partition, goesOn, next, signal));
      this.recount.lost(
        `${topic}-${partition} was deleted and made again: state has counted it up to offset ${next}, and the records that are there now ` +
          `(up to ${end}) are others. They are counted, too, from where the group's offsets say`,
      );
      this.recognised.add(partition);
      return null;
    }
    this.recognised.add(partition);
    if (committed !== null && committed <= end) store.settled(partition, committed);
    // What is committed with a summary is no offset of a record that was counted.
    if (next === null && committed === null && log.from > 0)
      await underLease(lease, (signal) => store.skipTo(partition, log.from, 0, signal));
    // What is committed beyond the end is of a former log; the batch's claim finds that out.
    const isMissing = committed !== null && committed <= end && committed > (next ?? 0);
    if (isMissing)
      await this.recount.run(store, at, { from: next ?? 0, end: committed, resetAt: resetAt ?? 0 }, lease);
    const from = committed ?? keptFrom;
    const isMovedBack = committed !== null && settled !== null && committed < settled;
    return next === null || from === null || from >= next || isMovedBack ? null : { from, end: next };
  }

  /** Whether the last record that state has counted is another one now. Asked once by each process: it costs a connection. */
  private async isAnother(
    { topic, partition }: PartitionAt,
    last: RecordMark | null,
    log: OffsetRange,
    lease: BatchLease,
  ): Promise<boolean> {
    if (last === null || this.recognised.has(partition)) return false;
    if (last.offset < log.from || last.offset >= log.end) return false;
    const range = { from: last.offset, end: last.offset + 1 };
    const [record] = await underLease(lease, (signal) =>
      this.readers[partition % AT_ONCE].run(() => this.recount.read({ topic, partition }, range, signal)),
    );
    return record !== undefined && !isSameRecord(markOfRecord(asItArrived(record)), last);
  }

  private logRange({ topic, partition }: PartitionAt, lease: BatchLease): Promise<OffsetRange> {
    const onWait = ({ message }: Error) =>
      this.logger.warn(`The offsets of ${topic}-${partition} cannot be asked for: ${message}. Trying again.`);
    return underLease(lease, (signal) =>
      new Patience({ limitMs: Infinity, signal, onWait }).until(() => this.admin.logRange(topic, partition)),
    );
  }
}
