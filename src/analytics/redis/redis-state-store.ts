import { Injectable } from '@nestjs/common';
import type { AnalyticsSettings } from '../../config/analytics.settings.js';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import type { RedisSettings } from '../../config/redis.settings.js';
import type { LateRunner } from '../../enrichment/processor-runner.js';
import type { Outcome } from '../../pipeline/outcome.js';
import type { RecordMark } from '../record-mark.js';
import type { StatePlan } from '../state-plan.js';
import { StateStore } from '../state-store.js';
import type { BatchEnd, BatchPosition, DueSummary, StateFigures } from '../state-store.js';
import type { SummaryCadence } from '../summary/summary-cadence.js';
import type { Summary } from '../summary/summary.js';
import { BatchSender, MOST_RECORDS } from './batch-sender.js';
import { EntryReplay } from './entry-replay.js';
import { offsetOf } from './facts-encoder.js';
import { forgetUser } from './forget-user.js';
import { readMark } from './mark-text.js';
import { SharedState } from './shared-state.js';
import type { StateOrigin } from './shared-state.js';
import { SharedSummaries } from './shared-summaries.js';
import { ResultsGone } from './store-errors.js';
import { StoreLayout } from './store-layout.js';

/** Whose state it is: a group's, of one input topic. */
export interface StoreScope {
  readonly group: string;
  readonly topic: string;
}

/** How far Redis is with a partition. */
export interface StatePosition {
  /** First offset that is not applied; null: Redis knows nothing of the partition. */
  readonly next: number | null;
  /** First offset whose results are kept; the same as `next` when there are none. */
  readonly keptFrom: number | null;
  /** Up to where the partition was committed when state was reset on purpose; null when it was not. */
  readonly resetAt: number | null;
  /** Up to where it is committed, as far as Redis was told; null: it was not. */
  readonly settled: number | null;
  /** The last record that was applied; null: none of the log that there is. */
  readonly last: RecordMark | null;
}

/**
 * State in a Redis that the instances of a group share. Each batch is one atomic call; a call whose answer was lost is made again,
 * and gets what was applied the first time.
 */
@Injectable()
export class RedisStateStore extends StateStore {
  private opened: {
    readonly state: SharedState;
    readonly sender: BatchSender;
    readonly summaries: SharedSummaries;
  } | null = null;

  /** With which Redis each partition was compared last. */
  private readonly comparedIn = new Map<number, string>();

  constructor(
    private readonly settings: AnalyticsSettings,
    private readonly cadence: Pick<SummaryCadence, 'everyMessages'>,
    private readonly plan: Pick<StatePlan, 'demand'>,
    private readonly redis: RedisSettings,
    private readonly scope: StoreScope,
  ) {
    super();
    if (redis.url === undefined)
      throw new InvalidSettingsError(['REDIS_URL must be set with STATE_STORE=redis']);
  }

  /**
   * Connects, waits while Redis is away, and makes the state if there is none. To be called once, when all processors are known and
   * before anything else.
   *
   * @throws InvalidSettingsError when Redis, or the state in it, is not what is needed
   */
  async open(origin: StateOrigin): Promise<void> {
    const { settings, cadence, plan, scope } = this;
    const layout = new StoreLayout(scope.topic, settings, cadence.everyMessages, plan.demand);
    const state = new SharedState(this.redis, scope.group, layout, origin);
    const summaries = new SharedSummaries(state);
    const sender = new BatchSender(state, summaries, settings.dedupeSeconds * 1000);
    this.opened = { state, sender, summaries };
    await state.open();
  }

  override get isShared(): boolean {
    return true;
  }

  override get mostRecords(): number {
    return MOST_RECORDS;
  }

  /** Changes with each connection, and when Redis has lost the state: what is in it may be another one. */
  get generation(): string {
    return this.now.state.generation;
  }

  /** Why nothing goes on, as a sentence; null when all is well. */
  get trouble(): string | null {
    return this.opened?.state.connection.trouble ?? null;
  }

  /**
   * See {@link StateStore.apply}. Waits as long as Redis is away.
   *
   * @param signal ends the wait; the batch may have been applied, and the partition's next owner gets what became of it
   * @throws StateBehind when Redis lacks what is committed: {@link recount} what is missing, then apply the batch again
   * @throws PartlyApplied when the batch has to be cut
   * @throws ResultsGone
   */
  async apply(
    position: BatchPosition,
    outcomes: Outcome[],
    late: LateRunner | null,
    signal?: AbortSignal,
  ): Promise<readonly DueSummary[]> {
    const { state, sender } = this.now;
    const entries = await sender.send(position, outcomes, { recount: false, signal });
    const due: DueSummary[] = [];
    let next = 0;
    for (const entry of entries) {
      const ran = new EntryReplay(state.layout, entry, this.settings.mapLimit).run(
        { position, outcomes, late },
        next,
      );
      next = ran.next;
      due.push(...ran.due);
    }
    if (next === outcomes.length) return due;
    const { partition, offsets } = position;
    throw new ResultsGone(partition, offsetOf(outcomes[next]), offsets.end, offsets.end);
  }

  /** Applies records that are committed and that Redis lacks. Nothing is said of them, and nothing is kept. */
  async recount(position: BatchPosition, outcomes: readonly Outcome[], signal?: AbortSignal): Promise<void> {
    await this.now.sender.send(position, outcomes, { recount: true, signal });
  }

  /** Where Redis stands with a partition: to be compared with what is committed before the partition is worked on. */
  async position(partition: number, signal?: AbortSignal): Promise<StatePosition> {
    const reply = await this.now.state.run('position', partition, { partition }, undefined, signal);
    const [next, keptFrom, resetAt, settled] = reply
      .slice(1, 5)
      .map((offset) => (offset === -1 ? null : (offset as number)));
    const last = reply[5] === null ? null : readMark(String(reply[5]));
    return { next, keptFrom, resetAt, settled, last };
  }

  /** Resolves when Redis has answered, and it is known whether it still has the state. */
  check(): Promise<void> {
    return this.now.summaries.check();
  }

  /**
   * Goes on from this offset, whatever is missing before it; not if the partition is not where it is said to be.
   *
   * @param expected first offset that is not applied, as far as the caller knows
   */
  async skipTo(partition: number, offset: number, expected: number, signal?: AbortSignal): Promise<void> {
    await this.now.state.run('move', partition, { partition, offset, expected }, undefined, signal);
  }

  /**
   * The partition's log is a new one, of which nothing is counted.
   *
   * @param committed where its counting begins; null: at its beginning
   */
  async renew(
    partition: number,
    committed: number | null,
    expected: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const head = { partition, offset: committed ?? -1, expected, isNewLog: true };
    await this.now.state.run('move', partition, head, undefined, signal);
  }

  /** Redis knows all of the partition that is committed. */
  compared(partition: number): void {
    this.comparedIn.set(partition, this.generation);
  }

  override isReady(partition: number): boolean {
    return this.comparedIn.get(partition) === this.generation;
  }

  override settled(partition: number, end: number): void {
    this.now.summaries.settled(partition, end);
  }

  /** Resolves when Redis knows what was told with {@link settled}; at once when it was not opened. */
  async flushed(): Promise<void> {
    await this.opened?.summaries.flushed();
  }

  /** @throws NumberLost; the signal's reason */
  override turnOf(sequence: number, batch: BatchEnd | null, signal?: AbortSignal): Promise<void> {
    return this.now.summaries.turnOf(sequence, batch, signal);
  }

  /**
   * The summary of everything applied so far, once all of it is committed. Nothing new is applied from then on, by any process, until
   * it is {@link published}; one that nobody has published is given again. Null when nothing has changed since the one before, or what
   * is applied is not committed within a second. To be asked for by the owner of partition 0.
   *
   * @throws the signal's reason
   */
  takeSummary(now: number, signal?: AbortSignal): Promise<Summary | null> {
    return this.now.summaries.byTime(now, true, signal);
  }

  override takenSummary(signal?: AbortSignal): Promise<Summary | null> {
    return this.now.summaries.byTime(Date.now(), false, signal);
  }

  override published(sequence: number): Promise<void> {
    return this.now.summaries.wrote(sequence);
  }

  resumeSequence(last: number): void {
    this.now.summaries.resume(last);
  }

  /** Erases one user. @returns whether anything was remembered */
  forget(userId: string): Promise<boolean> {
    const { state } = this.now;
    return forgetUser(state, userId);
  }

  /** As of the last batch of this process. */
  get figures(): StateFigures {
    return this.opened?.sender.figures ?? BatchSender.NO_FIGURES;
  }

  /** Ends every call that waits. */
  close(): void {
    this.opened?.summaries.close();
    this.opened?.state.connection.close();
  }

  private get now() {
    if (this.opened === null) throw new Error('The store is not open');
    return this.opened;
  }
}
