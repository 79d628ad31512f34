import type { JournalEntry, UserKeys } from '../analytics/durable/journal-entry.js';
import type { PositionOf } from '../analytics/durable/positions.js';
import type { RecordMark } from '../analytics/record-mark.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import { historiesOf } from './log-history.js';
import type { LogHistory } from './log-history.js';

/** What the cluster says of one partition of the input, once no earlier owner can commit anything any more. */
export interface PartitionFacts {
  /** Next offset without a committed outcome; null: none was ever committed, or it is gone. */
  readonly committed: number | null;
  readonly logStart: number;
  /** Offset behind the last record. */
  readonly logEnd: number;
  /** The records are others than those that state has counted: the log was deleted and made again. */
  readonly isAnother: boolean;
}

/** A checkpoint that can be read, with the journal of what came after it, in order. */
export interface Generation {
  readonly id: number;
  readonly positions: ReadonlyMap<number, PositionOf>;
  readonly entries: readonly JournalEntry[];
}

/** One thing to do, in the order in which it was done. */
export type RecoveryStep =
  | {
      readonly kind: 'batch';
      readonly partition: number;
      readonly range: OffsetRange;
      readonly now: number;
      readonly last: RecordMark;
    }
  | { readonly kind: 'summary'; readonly now: number }
  | { readonly kind: 'forget'; readonly keys: UserKeys }
  | { readonly kind: 'reset'; readonly partition: number }
  /** What no journal tells the order of: as it arrived. */
  | { readonly kind: 'unordered'; readonly ranges: ReadonlyMap<number, OffsetRange> };

export interface RecoveryPlan {
  /** The checkpoint to begin with; null: with nothing. */
  readonly checkpoint: number | null;
  readonly steps: readonly RecoveryStep[];
  /** Why the result would not be what state was, in sentences for operators. */
  readonly losses: readonly string[];
  /** What is different from a usual start, and loses nothing. */
  readonly remarks: readonly string[];
  /** Offsets that the group has lost and state knows: to be committed before the group is joined. */
  readonly offsetsToCommit: ReadonlyMap<number, number>;
  /** Partitions of which nothing is counted any more: a later recovery has to know it, too. */
  readonly renewed: ReadonlySet<number>;
}

/** Works out how state is brought to where it was. Nothing is read or changed here. */
export function planRecovery(
  generations: readonly Generation[],
  partitions: ReadonlyMap<number, PartitionFacts>,
): RecoveryPlan {
  const behind: string[] = [];
  for (const [index, generation] of generations.entries()) {
    const obstacle = obstacleTo(generation, partitions, generations.slice(index + 1));
    if (obstacle === null) return new Planner(partitions, generation).plan(behind);
    behind.push(obstacle);
  }
  return rebuilt(partitions, behind);
}

/** Why a checkpoint cannot be used: it, or its journal, is ahead of what is committed. */
function obstacleTo(
  { id, positions, entries }: Generation,
  partitions: ReadonlyMap<number, PartitionFacts>,
  older: readonly Generation[],
): string | null {
  const histories = historiesOf(entries);
  for (const [partition, facts] of partitions) {
    const history = histories.get(partition);
    const next = history?.isAnew ? undefined : positions.get(partition)?.next;
    const end = history?.last?.end ?? next;
    if (end === undefined || isNewLog(facts, end)) continue;
    const counts = `checkpoint ${id} counts partition ${partition} up to offset ${next}`;
    if (facts.committed === null) {
      if (next !== undefined && older.some((each) => hasOneBatch(each, partition)))
        return `${counts}, and nothing of it is committed`;
      continue;
    }
    if (next !== undefined && facts.committed < next)
      return `${counts}, and only ${facts.committed} is committed`;
    // A batch is applied when the one before is committed.
    if (history?.last && facts.committed < history.last.from)
      return `checkpoint ${id} is followed by a journal for which partition ${partition} was committed up to offset ${history.last.from}, and only ${facts.committed} is`;
  }
  return null;
}

/** Whether the partition was first counted after that checkpoint, and so far once: that batch may never have been committed. */
function hasOneBatch({ positions, entries }: Generation, partition: number): boolean {
  const { first, last, isAnew } = historiesOf(entries).get(partition) ?? {};
  return (isAnew || !positions.has(partition)) && first !== undefined && first === last;
}

/** Whether the partition's log cannot be the one that was counted up to `next`. */
const isNewLog = ({ isAnother, logEnd }: PartitionFacts, next: number): boolean => isAnother || logEnd < next;

class Planner {
  private readonly steps: RecoveryStep[] = [];
  private readonly losses: string[] = [];
  private readonly remarks: string[] = [];
  private readonly offsetsToCommit = new Map<number, number>();
  /** How far each partition is counted when the steps so far are done. */
  private readonly next = new Map<number, number>();
  /** Partitions that are gone, or were deleted and made again: what the journal says of them cannot be read again. */
  private readonly renewed = new Set<number>();
  /** What the journal says of each partition, from the last time on that its log was a new one. */
  private readonly histories: ReadonlyMap<number, LogHistory>;
  /** How many times the journal has still to say that the partition's log is a new one. */
  private readonly resetsToCome = new Map<number, number>();
  private readonly saidOfFormerLog = new Set<number>();

  constructor(
    private readonly partitions: ReadonlyMap<number, PartitionFacts>,
    private readonly generation: Generation,
  ) {
    for (const [partition, { next }] of generation.positions) this.next.set(partition, next);
    this.histories = historiesOf(generation.entries);
    for (const entry of generation.entries)
      if (entry.kind === 'reset')
        this.resetsToCome.set(entry.partition, (this.resetsToCome.get(entry.partition) ?? 0) + 1);
  }

  plan(remarks: readonly string[]): RecoveryPlan {
    this.remarks.push(...remarks.map((remark) => `${remark}: an older one is used`));
    this.findRenewed();
    for (const entry of this.generation.entries) this.add(entry);
    for (const partition of this.renewed) this.steps.push({ kind: 'reset', partition });
    this.addUncounted();
    const { steps, losses, offsetsToCommit, renewed } = this;
    const checkpoint = this.generation.id;
    return { checkpoint, steps, losses, remarks: this.remarks, offsetsToCommit, renewed };
  }

  /** Compares the end of what was counted of each present log with the log. */
  private findRenewed(): void {
    for (const partition of new Set([...this.next.keys(), ...this.histories.keys()])) {
      const history = this.histories.get(partition);
      const end = history?.last?.end ?? (history?.isAnew ? undefined : this.next.get(partition));
      if (end === undefined) continue;
      const facts = this.partitions.get(partition);
      if (facts !== undefined && !isNewLog(facts, end)) continue;
      this.renewed.add(partition);
      this.losses.push(
        facts === undefined
          ? `partition ${partition} of the input, which state has counted up to offset ${end}, is not there any more`
          : `partition ${partition} was deleted and made again: state has counted it up to offset ${end}, and the records that are there now (up to ${facts.logEnd}) are others. They are counted, too, from where the group's offsets say`,
      );
    }
  }

  private add(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'batch':
        return this.addBatch(entry);
      case 'reset':
        this.next.delete(entry.partition);
        this.resetsToCome.set(entry.partition, this.resetsToCome.get(entry.partition)! - 1);
        this.steps.push(entry);
        return;
      default:
        this.steps.push(entry);
    }
  }

  private addBatch({ partition, from, end, now, last }: Extract<JournalEntry, { kind: 'batch' }>): void {
    if (this.renewed.has(partition)) return;
    if ((this.resetsToCome.get(partition) ?? 0) > 0) return this.noteFormerLog(partition, end);
    // Of a partition that no checkpoint knows all that is there before its first batch would have been counted.
    const next = this.next.get(partition) ?? this.partitions.get(partition)!.logStart;
    if (next < from) {
      this.remarks.push(
        `the journal lacks offsets ${next}–${from - 1} of partition ${partition}: they are counted where it goes on`,
      );
      this.addRanges(new Map([[partition, { from: next, end: from }]]));
    }
    this.noteMissing(partition, { from, end });
    this.steps.push({ kind: 'batch', partition, range: { from, end }, now, last });
    this.next.set(partition, end);
  }

  private noteFormerLog(partition: number, end: number): void {
    if (this.saidOfFormerLog.has(partition)) return;
    this.saidOfFormerLog.add(partition);
    this.losses.push(
      `partition ${partition} was deleted and made again while the service ran, and records of its former log, below offset ${end} and perhaps beyond, were counted after the checkpoint: they cannot be read again`,
    );
  }

  /** What is committed and in no journal; and what is not committed any more. */
  private addUncounted(): void {
    const ranges = new Map<number, OffsetRange>();
    for (const [partition, facts] of this.partitions) {
      const next = this.next.get(partition);
      if (this.renewed.has(partition)) continue;
      if (facts.logEnd < (facts.committed ?? 0)) this.withFormerOffset(partition);
      else if (facts.committed === null) this.withoutOffset(partition, next);
      else if (facts.committed > (next ?? 0))
        ranges.set(partition, { from: next ?? 0, end: facts.committed });
    }
    if (ranges.size === 0) return;
    const which = [...ranges].map(
      ([partition, { from, end }]) => `${from}–${end - 1} of partition ${partition}`,
    );
    this.remarks.push(
      `no journal tells the order of offsets ${which.join(', ')}: they are counted in the order of their arrival`,
    );
    this.addRanges(ranges);
  }

  /** What is committed is of a log that is no more, and nothing is of the present one. */
  private withFormerOffset(partition: number): void {
    const first = this.histories.get(partition)?.first;
    if (first !== undefined) this.offsetsToCommit.set(partition, first.from);
  }

  private withoutOffset(partition: number, next: number | undefined): void {
    if (next === undefined || hasOneBatch(this.generation, partition)) return;
    this.losses.push(
      `the committed offset of partition ${partition} is gone (it expires when a group is empty for long); state goes on at offset ${next}, and the last batch before it may not have been written`,
    );
    this.offsetsToCommit.set(partition, next);
  }

  private addRanges(ranges: ReadonlyMap<number, OffsetRange>): void {
    for (const [partition, range] of ranges) {
      this.noteMissing(partition, range);
      this.next.set(partition, range.end);
    }
    this.steps.push({ kind: 'unordered', ranges });
  }

  private noteMissing(partition: number, range: OffsetRange): void {
    const loss = missing(partition, range, this.partitions.get(partition));
    if (loss !== null) this.losses.push(loss);
  }
}

/** Without a checkpoint that could be used: everything that is committed, as it arrived. */
function rebuilt(partitions: ReadonlyMap<number, PartitionFacts>, behind: readonly string[]): RecoveryPlan {
  const ranges = new Map<number, OffsetRange>();
  for (const [partition, { committed, logEnd }] of partitions)
    if (committed !== null && committed > 0 && logEnd >= committed)
      ranges.set(partition, { from: 0, end: committed });
  const losses = [...ranges].flatMap(
    ([partition, range]) => missing(partition, range, partitions.get(partition)) ?? [],
  );
  const remarks =
    ranges.size === 0
      ? []
      : [
          'state is built anew from the input, in the order of its arrival: the order between partitions may have been another one',
        ];
  const none =
    behind.length === 0
      ? []
      : behind.map((obstacle) => `${obstacle}: somebody has moved the group's offsets back`);
  return {
    checkpoint: null,
    steps: ranges.size === 0 ? [] : [{ kind: 'unordered', ranges }],
    losses: [...none, ...losses],
    remarks,
    offsetsToCommit: new Map(),
    renewed: new Set(),
  };
}

function missing(
  partition: number,
  { from, end }: OffsetRange,
  facts: PartitionFacts | undefined,
): string | null {
  if (facts === undefined) return `partition ${partition} is not there any more`;
  const { logStart } = facts;
  if (logStart <= from) return null;
  return `offsets ${from}–${Math.min(end, logStart) - 1} of partition ${partition} are gone from the input (it begins at ${logStart}): state needs them`;
}
