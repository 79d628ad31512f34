import type { TopicRecords } from './outgoing-record.js';

/** What a consumer group has committed for one partition. */
export interface Committed {
  /** Next input offset that has no settled outcome. */
  readonly offset: number;
  /** Sequence number of the last summary that was committed with an offset of this partition; 0 when there is none. */
  readonly summary: number;
}

/** Summaries that must never be written, though the outcomes that they go out with have to be. */
export class SummariesVoid extends Error {}

/** @param signal ends the wait */
export type Turn = (signal: AbortSignal) => Promise<void>;

/** Summaries that go out with a batch's outcomes. */
export interface PendingSummaries {
  readonly records: TopicRecords;
  /** Sequence number of the last one. */
  readonly last: number;
  /**
   * Resolves when they may be written: summaries are written in the order of their sequence. Rejects when nothing is
   * being done about those before, so that waiting does not help; or with SummariesVoid. Null: at once.
   */
  readonly turn: Turn | null;
}

/** The outcomes of one batch, on their way. Kept until they are settled, so that nothing is processed twice. */
export interface Outcomes {
  readonly topics: readonly TopicRecords[];
  /**
   * Input offsets that these outcomes answer for: from `first` up to, not including, `end`. Null: for none; then the
   * committed offset is committed again, as the mark that they are written.
   */
  readonly offsets: { readonly first: number; readonly end: number } | null;
  readonly summaries: PendingSummaries | null;
  /** Resolves when it is written down that state counts these outcomes, which has to come before their commit. Null: at once. */
  readonly recorded: Promise<void> | null;
  /** Called once, when the outcomes are known to be written and their offset committed, by us or by an earlier owner. */
  readonly settled: () => void;
  /** Called when nothing is done about these outcomes until the partition is claimed again; and when it is. */
  readonly stalled: () => void;
  readonly resumed: () => void;
  /** Called when nobody needs to wait for these outcomes any more: they are another owner's, or will not be written. */
  readonly givenUp: () => void;
}

/** Outcomes of one partition that wait to be settled; the first goes first. */
export class PendingOutcomes {
  private queue: Outcomes[] = [];

  get first(): Outcomes | undefined {
    return this.queue[0];
  }

  /** For the log. */
  get whatWaits(): string {
    const { first } = this;
    if (first === undefined) return 'the partition waits to be taken over';
    if (first.offsets === null) return 'a summary is waiting';
    return `the outcomes of offsets ${first.offsets.first}–${first.offsets.end - 1} are waiting`;
  }

  add(outcomes: Outcomes): void {
    this.queue.push(outcomes);
  }

  settleFirst(): void {
    this.queue.shift()!.settled();
  }

  /**
   * Keeps the outcomes, in case the partition comes back, but not their summaries: others have later numbers by then.
   */
  giveUp(): void {
    for (const outcomes of this.queue) outcomes.givenUp();
    this.queue = this.queue
      .filter(({ offsets }) => offsets !== null)
      .map((outcomes) => ({ ...outcomes, summaries: null }));
  }

  /** The first outcomes go without these summaries; nothing goes when there was nothing else. */
  dropSummaries(turn: Turn): void {
    const { first } = this;
    if (first === undefined || first.summaries?.turn !== turn) return; // given up meanwhile
    if (first.offsets !== null) this.queue[0] = { ...first, summaries: null };
    else this.queue.shift()!.givenUp();
  }

  /** Nothing of it is kept: whoever works on the partition gets the results again. */
  abandon(): void {
    for (const outcomes of this.queue.splice(0)) outcomes.givenUp();
  }

  resume(): void {
    for (const { resumed } of this.queue) resumed();
  }

  /** Nothing is lost by that: not even a summary without outcomes, as the window of the next one begins where it ends. */
  stall(): void {
    for (const { stalled } of this.queue) stalled();
  }

  /** Settles what turns out to be committed already, and takes the records away that are. */
  dropCommitted(committed: Committed): void {
    while (this.queue.length > 0 && isCommitted(this.queue[0], committed)) this.settleFirst();
    const { first } = this;
    if (!first?.offsets || committed.offset <= first.offsets.first) return;
    const { offsets, topics, summaries } = first;
    this.queue[0] = {
      ...first,
      offsets: { ...offsets, first: committed.offset },
      topics: topics.map((records) => recordsFrom(committed.offset, records)),
      summaries: summaries && { ...summaries, records: recordsFrom(committed.offset, summaries.records) },
    };
  }
}

export const isCommitted = ({ offsets, summaries }: Outcomes, committed: Committed): boolean =>
  offsets === null ? committed.summary >= (summaries?.last ?? 0) : committed.offset >= offsets.end;

const recordsFrom = (offset: number, { topic, records }: TopicRecords): TopicRecords => ({
  topic,
  records: records.filter(({ sourceOffset }) => sourceOffset >= offset),
});
