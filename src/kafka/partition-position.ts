import type { FetchedRecord } from './fetched-records.js';
import type { FetchedPartition } from './reading-cluster.js';

/** How far a partition has been read. */
export class PartitionPosition {
  /**
   * @param next offset to read next
   * @param end offset at which to end; infinite: never
   */
  constructor(
    public next: number,
    readonly end: number,
  ) {}

  get done(): boolean {
    return this.next >= this.end;
  }

  /**
   * Moves past what was fetched.
   *
   * @param nothingCame whether the broker's whole answer held no record of any partition
   * @returns the records to hand out
   */
  advance(fetched: FetchedPartition, uncommitted: boolean, nothingCame: boolean): FetchedRecord[] {
    const { messages } = fetched;
    if (messages.length === 0) {
      const visible = Number(uncommitted ? fetched.highWatermark : fetched.lastStableOffset);
      // A batch that compaction has emptied. Another partition's records may also have filled the answer.
      if (nothingCame && this.next < visible) this.next++;
      return [];
    }
    // A compressed batch comes whole, with records before the one that was asked for.
    const records = messages.filter((message) => {
      const offset = Number(message.offset);
      return offset >= this.next && offset < this.end && !message.isControlRecord;
    });
    this.next = Math.max(this.next, Number(messages[messages.length - 1].offset)) + 1;
    return records;
  }
}
