import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AnalyticsSettings } from '../../config/analytics.settings.js';
import type { LateRunner } from '../../enrichment/processor-runner.js';
import type { Outcome } from '../../pipeline/outcome.js';
import type { UserKeys } from '../login-tables.js';
import { StateDiverged } from '../state-diverged.error.js';
import { StateEngine } from '../state-engine.js';
import type { ImageSource, StateImage } from '../state-image.js';
import { StatePlan } from '../state-plan.js';
import { StateStore } from '../state-store.js';
import type { BatchPosition, DueSummary, StateFigures } from '../state-store.js';
import { SummaryCadence } from '../summary/summary-cadence.js';
import type { Summary } from '../summary/summary.js';
import type { Journal } from './journal.js';
import type { PositionOf } from './positions.js';
import { markOf } from '../record-mark.js';

/**
 * State in memory that outlives the process: every batch is noted in a journal before its outcomes are committed, so that the
 * same batches can be applied again in the same order to a checkpoint of the state. Until {@link writeTo} is called, what is applied is
 * such a repetition, and noted nowhere.
 */
@Injectable()
export class DurableStateStore extends StateStore implements OnModuleInit {
  private readonly logger = new Logger('State');
  private engine!: StateEngine;
  private journal: Journal | null = null;
  private lastRecorded: Promise<void> | null = null;
  private readonly partitions = new Map<number, PositionOf>();
  private readonly settledTo = new Map<number, number>();
  /** Counts what was applied: tells whether anything has changed. */
  private version = 0;
  private whole = true;
  /** Number of the last summary that is known to be committed. */
  private publishedTo = 0;
  private onNewLog: () => void = () => undefined;

  constructor(
    private readonly settings: AnalyticsSettings,
    private readonly cadence: SummaryCadence,
    private readonly plan: StatePlan,
  ) {
    super();
  }

  /** Makes the tables: what is demanded of them is known when every processor is. */
  onModuleInit(): void {
    this.engine = this.empty();
  }

  /** Begins anew, with nothing. */
  clear(): void {
    this.engine = this.empty();
    this.partitions.clear();
  }

  /** @throws RangeError when it does not fit, CheckpointError when it is damaged; state is what it was then */
  async restore(source: ImageSource, positions: ReadonlyMap<number, PositionOf>): Promise<void> {
    this.engine = await StateEngine.restore(source, this.settings, this.cadence, this.plan.demand);
    this.partitions.clear();
    for (const [partition, position] of positions) this.partitions.set(partition, position);
  }

  /** What kind of state it is. */
  get layout(): StateEngine['layout'] {
    return this.engine.layout;
  }

  get positions(): ReadonlyMap<number, PositionOf> {
    return this.partitions;
  }

  get changes(): number {
    return this.version;
  }

  /** What is applied from now on is noted there, one entry each, in order. Synchronous, so that nothing falls between two journals. */
  writeTo(journal: Journal, onNewLog: () => void = this.onNewLog): void {
    this.journal = journal;
    this.onNewLog = onNewLog;
  }

  /** The state at this instant, and how far it has come. */
  image(): { image: StateImage; positions: ReadonlyMap<number, PositionOf>; sequence: number } {
    return { image: this.engine.image(), positions: new Map(this.partitions), sequence: this.sequence };
  }

  /** Whether batches were applied as a whole: only then is there anything to be written. */
  get isWhole(): boolean {
    return this.whole;
  }

  /** Number of the last summary. */
  get sequence(): number {
    return this.engine.sequence;
  }

  /** Whether the outcomes of everything up to the positions are committed, and the summaries up to this number. */
  isSettled(positions: ReadonlyMap<number, PositionOf>, sequence: number): boolean {
    return (
      sequence <= this.publishedTo &&
      [...positions].every(([partition, { next }]) => (this.settledTo.get(partition) ?? 0) >= next)
    );
  }

  async apply(
    position: BatchPosition,
    outcomes: Outcome[],
    late: LateRunner | null,
  ): Promise<readonly DueSummary[]> {
    const { partition, offsets, now } = position;
    const from = this.beginOf(position);
    const last = markOf(outcomes[outcomes.length - 1]);
    this.whole = false; // a processor that throws leaves a part of the batch behind: the process ends, and this must not be written
    const due = this.engine.apply(position, outcomes, late);
    this.whole = true;
    this.partitions.set(partition, { next: offsets.end, last });
    this.note({ kind: 'batch', partition, from, end: offsets.end, now, last });
    return due;
  }

  override recorded(): Promise<void> | null {
    return this.lastRecorded;
  }

  override settled(partition: number, end: number): void {
    this.settledTo.set(partition, end);
  }

  async takeSummary(now: number): Promise<Summary | null> {
    const summary = this.engine.takeSummary(now);
    if (summary !== null) this.note({ kind: 'summary', now });
    return summary;
  }

  resumeSequence(last: number): void {
    this.publishedTo = Math.max(this.publishedTo, last);
    this.engine.resumeSequence(last);
  }

  /** Counts offsets that hold no record. */
  skip(partition: number, end: number): void {
    this.partitions.set(partition, { next: end, last: this.partitions.get(partition)?.last ?? null });
  }

  /** Erases a user, now and whenever the journal is read again. @returns whether anything was remembered */
  forget(userId: string): boolean {
    return this.forgetKeys(this.engine.keysOf(userId));
  }

  forgetKeys(keys: UserKeys): boolean {
    const known = this.engine.forgetKeys(keys);
    this.note({ kind: 'forget', keys });
    return known;
  }

  /** The partition's log is a new one: it may begin anywhere. */
  resetPartition(partition: number): void {
    this.partitions.delete(partition);
    this.settledTo.delete(partition);
    this.note({ kind: 'reset', partition });
  }

  get figures(): StateFigures {
    return this.engine.figures;
  }

  get rememberedBytes(): number {
    return this.engine.rememberedBytes;
  }

  /** @throws StateDiverged when what is committed is not what was counted */
  private beginOf({ topic, partition, offsets, claimed }: BatchPosition): number {
    const known = this.partitions.get(partition)?.next;
    if (known === claimed) return known;
    if (known === undefined) return claimed ?? offsets.first;
    if (claimed === null) {
      this.logger.error(
        `${topic}-${partition} was deleted and made again: state has counted it up to offset ${known}, and nothing of the records that are ` +
          `there now is committed. They are counted, too, from offset ${offsets.first}`,
      );
      this.resetPartition(partition);
      this.onNewLog();
      return offsets.first;
    }
    throw new StateDiverged(
      `state has counted ${topic}-${partition} up to offset ${known}, and ${claimed} is committed: another instance of the group ` +
        'has worked on it. Run one instance with STATE_STORE=embedded, or several with STATE_STORE=redis',
    );
  }

  private note(entry: Parameters<Journal['append']>[0]): void {
    this.version++;
    if (this.journal !== null) this.lastRecorded = this.journal.append(entry);
  }

  private empty(): StateEngine {
    return StateEngine.create(this.settings, this.cadence, this.plan.demand);
  }
}
