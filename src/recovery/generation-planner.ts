import type { JournalEntry } from '../analytics/durable/journal-entry.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import { historiesOf } from './log-history.js';
import type { LogHistory } from './log-history.js';
import { hasOneBatch, isNewLog, missing } from './log-loss.js';
import type { Generation, PartitionFacts, RecoveryPlan, RecoveryStep } from './recovery-plan.js';

/** Plans a recovery that begins with a checkpoint: what its journal says, then what is committed beyond that. */
export class GenerationPlanner {
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
