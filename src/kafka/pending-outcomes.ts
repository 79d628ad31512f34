import type { TopicRecords } from './outgoing-record.js';

/** What a consumer group has committed for one partition. */
export interface Committed {
  /** Next input offset that has no settled outcome. */
  readonly offset: number;
  /** Sequence number of the last summary that was committed with an offset of this partition; 0 when there is none. */
  readonly summary: number;
}

/** The outcomes of one batch, on their way. Kept until they are settled, so that nothing is processed twice. */
export interface Outcomes {
  readonly topics: readonly TopicRecords[];
  /**
   * Input offsets that these outcomes answer for: from `first` up to, not including, `end`. Null: for none; then the
   * committed offset is committed again, as the mark that they are written.
   */
  readonly offsets: { readonly first: number; readonly end: number } | null;
  /** Sequence number of the last summary among the records; 0 when there is none. */
  readonly summary: number;
  /** Resolves when these outcomes may be written: summaries are written in the order of their sequence. */
  readonly turn: Promise<void> | null;
  /** Called once, when the outcomes are known to be written and their offset committed, by us or by an earlier owner. */
  readonly settled: () => void;
}

/** Outcomes of one partition that wait to be settled; the first goes first. */
export class PendingOutcomes {
  private readonly queue: Outcomes[] = [];

  get first(): Outcomes | undefined {
    return this.queue[0];
  }

  add(outcomes: Outcomes): void {
    this.queue.push(outcomes);
  }

  settleFirst(): void {
    this.queue.shift()!.settled();
  }

  /** Settles what turns out to be committed already, and takes the records away that are. */
  dropCommitted(committed: Committed): void {
    while (this.queue.length > 0 && isCommitted(this.queue[0], committed)) this.settleFirst();
    const { first } = this;
    if (first?.offsets && committed.offset > first.offsets.first)
      this.queue[0] = {
        ...first,
        offsets: { ...first.offsets, first: committed.offset },
        topics: recordsFrom(committed.offset, first.topics),
      };
  }
}

const isCommitted = ({ offsets, summary }: Outcomes, committed: Committed): boolean =>
  offsets === null ? committed.summary >= summary : committed.offset >= offsets.end;

const recordsFrom = (offset: number, topics: readonly TopicRecords[]): TopicRecords[] =>
  topics.map(({ topic, records }) => ({
    topic,
    records: records.filter(({ sourceOffset }) => sourceOffset >= offset),
  }));
