import type { DurableStateStore } from '../analytics/durable/durable-state-store.js';
import type { LogReader, OffsetRange } from '../kafka/log-reader.js';
import type { BatchWork } from '../pipeline/batch-work.js';
import type { RawRecord } from '../pipeline/raw-record.js';
import type { Progress } from './progress.js';
import type { RecoveryStep } from './recovery-plan.js';

export interface ReplayOptions {
  readonly topic: string;
  readonly reader: LogReader;
  readonly store: DurableStateStore;
  readonly work: Pick<BatchWork, 'recount' | 'redo'>;
  readonly progress: Progress;
  /** Next offset of a partition without a committed outcome. */
  readonly committed: (partition: number) => number;
  /** Number of the last summary that is committed. */
  readonly lastSummary: number;
  readonly signal: AbortSignal;
  /** Called between batches. */
  readonly onProgress: () => void;
}

/** Offsets that are taken at once where no journal says what a batch was. */
const SLICE = 4_096;

/** Does again, in order, what an earlier process did to the state. */
export class Replay {
  constructor(private readonly options: ReplayOptions) {}

  async run(steps: readonly RecoveryStep[]): Promise<void> {
    const { store, lastSummary } = this.options;
    for (const step of steps) {
      switch (step.kind) {
        case 'batch':
          await this.batch(step.partition, step.range, step.now);
          break;
        case 'summary':
          // One that was never written is taken anew later, with all that has happened until then.
          if (store.sequence < lastSummary) await store.takeSummary(step.now);
          break;
        case 'forget':
          store.forgetKeys(step.keys);
          break;
        case 'reset':
          store.resetPartition(step.partition);
          break;
        case 'unordered':
          await this.byArrival(step.ranges);
      }
    }
  }

  private async batch(partition: number, range: OffsetRange, now: number): Promise<void> {
    const { reader, signal } = this.options;
    const records = await reader.take(partition, range.end);
    signal.throwIfAborted();
    await this.apply(partition, records, range, now);
  }

  private async apply(
    partition: number,
    records: readonly RawRecord[],
    { from, end }: OffsetRange,
    now: number,
  ): Promise<void> {
    const { topic, store, work, committed, lastSummary, progress, signal, onProgress } = this.options;
    const position = { topic, partition, offsets: { first: from, end }, claimed: from, now };
    if (records.length === 0) store.skip(partition, end);
    else if (end > committed(partition)) {
      store.resumeSequence(lastSummary); // it may be ahead if the journal was not whole
      await work.redo(records, position, signal);
    } else await work.recount(records, position);
    progress.add(end - from);
    onProgress();
  }

  /** Merges partitions by the records' timestamps, as nearly as can be. */
  private async byArrival(ranges: ReadonlyMap<number, OffsetRange>): Promise<void> {
    const heads = new Map<number, Head>();
    for (const [partition, range] of ranges)
      heads.set(partition, { ...range, at: range.from, records: [], index: 0 });
    for (;;) {
      for (const [partition, head] of heads) if (!(await this.fill(partition, head))) heads.delete(partition);
      const [first, second] = [...heads].sort(([, a], [, b]) => timeOf(a) - timeOf(b));
      if (first === undefined) return;
      await this.advance(first[0], first[1], second === undefined ? Infinity : timeOf(second[1]));
    }
  }

  /** @returns false when the range has no more records; then all of it is counted */
  private async fill(partition: number, head: Head): Promise<boolean> {
    const { reader, store, progress, signal } = this.options;
    while (head.index === head.records.length) {
      if (head.at === head.end) {
        store.skip(partition, head.end);
        progress.add(head.end - head.from);
        return false;
      }
      head.at = Math.min(head.end, head.at + SLICE);
      head.records = await reader.take(partition, head.at);
      head.index = 0;
      signal.throwIfAborted();
    }
    return true;
  }

  /** Counts the records that arrived no later than `until`: at least one. */
  private async advance(partition: number, head: Head, until: number): Promise<void> {
    let end = head.index + 1;
    while (end < head.records.length && Number(head.records[end].timestamp) <= until) end++;
    const records = head.records.slice(head.index, end);
    head.index = end;
    const last = records[records.length - 1];
    const next = end === head.records.length ? head.at : Number(last.offset) + 1;
    await this.apply(partition, records, { from: head.from, end: next }, Number(last.timestamp));
    head.from = next;
  }
}

/** Where the merge stands in a partition. */
interface Head {
  /** What is counted is below this. */
  from: number;
  readonly end: number;
  /** What is taken is below this. */
  at: number;
  records: readonly RawRecord[];
  index: number;
}

const timeOf = ({ records, index }: Head): number => Number(records[index].timestamp);
