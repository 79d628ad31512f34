import { Injectable } from '@nestjs/common';
import { ResultsGone } from '../analytics/redis/store-errors.js';
import { StateStore } from '../analytics/state-store.js';
import { underLease } from '../kafka/lease-guard.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import { OutcomePublisher } from '../publishing/outcome-publisher.js';
import type { BatchLease } from './batch-lease.js';
import { BatchWork } from './batch-work.js';
import type { RawBatch } from './raw-record.js';
import { SharedPartitions } from './shared-partitions.js';

export type Place = Pick<RawBatch, 'topic' | 'partition'>;

/** Makes a partition ready for its next batch. */
@Injectable()
export class PartitionClaims {
  /** What shared state has kept and is being written, by partition. */
  private readonly writing = new Map<number, Promise<void>>();

  constructor(
    private readonly work: BatchWork,
    private readonly state: StateStore,
    private readonly publisher: OutcomePublisher,
    private readonly shared: SharedPartitions,
  ) {}

  /**
   * Makes sure that the partition is this process's, that shared state has what is committed of it, and that what state has kept of it is
   * written: that is not left to be fetched, as the next fetch may wait for batches that wait for it.
   *
   * @returns offset from which on records have no outcome; null: none has one
   */
  async claim(place: Place, lease: BatchLease): Promise<number | null> {
    const { partition } = place;
    for (;;) {
      const committed = await this.publisher.claim(partition, lease);
      await this.shared.prepare({ ...place, committed }, lease);
      const kept = this.shared.keptOf(partition);
      if (kept === null) return committed;
      if (committed !== null && committed >= kept.end) {
        this.shared.written(partition);
        return committed;
      }
      const running = this.writing.get(partition);
      if (running !== undefined) await underLease(lease, () => running.catch(() => undefined));
      else {
        const writing = this.writeKept(place, kept, committed, lease).finally(() =>
          this.writing.delete(partition),
        );
        this.writing.set(partition, writing);
        await writing;
      }
    }
  }

  /**
   * Work on a batch has ended without its outcomes. Others may wait for its summaries, and it may be fetched again only when they have
   * ended: where its results are kept, they are written without that.
   */
  failed(partition: number): void {
    this.shared.forget(partition);
  }

  private async writeKept(
    place: Place,
    { from, end }: OffsetRange,
    claimed: number | null,
    lease: BatchLease,
  ): Promise<void> {
    const { partition } = place;
    const records = await this.shared.keptRecords(place, { from, end }, lease);
    if (records.length > 0) {
      const batch = { ...place, records };
      const judged = this.work.looksUp
        ? await this.work.lookUp(batch, lease)
        : this.work.prepare(batch, records);
      const ticket = await this.publisher.begin(lease);
      this.state.resumeSequence(this.publisher.lastSummary);
      const position = { ...place, offsets: { first: from, end }, claimed, now: judged.context.now };
      try {
        const applied = await this.work.applied(records, judged, position, lease, true);
        await this.publisher.publish(partition, { ...applied, ticket }, lease);
      } catch (error) {
        if (!(error instanceof ResultsGone)) throw error; // written by a batch that was on its way
      } finally {
        ticket.settle();
      }
    }
    this.shared.written(partition);
  }
}
