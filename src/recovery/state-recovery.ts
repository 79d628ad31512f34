import { Inject, Injectable, Logger } from '@nestjs/common';
import { CheckpointError } from '../analytics/durable/checkpoint-errors.js';
import type { Identity } from '../analytics/durable/checkpointer.js';
import type { DurableStateStore } from '../analytics/durable/durable-state-store.js';
import type { StateDirectory } from '../analytics/durable/state-directory.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { IMPATIENT_KAFKA } from '../kafka/brokers.js';
import { ClusterAdmin } from '../kafka/cluster-admin.js';
import { Kafka } from '../kafka/kafkajs.js';
import { LogReader } from '../kafka/log-reader.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import { BatchWork } from '../pipeline/batch-work.js';
import { afterReset } from './after-reset.js';
import { latestSummary } from './latest-summary.js';
import { loadGenerations } from './load-generations.js';
import type { LoadedGeneration, LoadedState } from './load-generations.js';
import { partitionFacts } from './partition-facts.js';
import { patienceOf } from './patience-of.js';
import { Progress } from './progress.js';
import { decidedOtherwise, refuseForeign } from './recovery-checks.js';
import { planRecovery } from './plan-recovery.js';
import type { PartitionFacts, RecoveryPlan } from './recovery-plan.js';
import { rangesOf } from './replay-ranges.js';
import { Replay } from './replay.js';
import { restore } from './restore-checkpoint.js';
import { StateIncomplete } from './state-incomplete.error.js';
import type { Recovered } from './state-keeper.js';

/** How often the log tells how far a recovery has come. */
const TELL_EVERY_MS = 5_000;

/** Makes the embedded state what it was when the process before ended. To be run once, while nobody is in the group. */
@Injectable()
export class StateRecovery {
  private readonly logger = new Logger('State');
  /** Number of the last summary that an earlier process has committed. */
  private lastSummary = 0;
  /** Whether that number can be relied on. */
  private knowsSummaries = true;
  private hasOffsets = true;
  recovered: Recovered = { records: 0, seconds: 0, losses: [] };

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(IMPATIENT_KAFKA) private readonly kafka: Kafka,
    private readonly admin: ClusterAdmin,
    private readonly client: BatchKafkaClient,
    private readonly work: BatchWork,
  ) {}

  /**
   * Restores what is in the directory, and counts what came after it.
   *
   * @param say told how far it is
   * @throws InvalidSettingsError when the state is somebody else's; StateIncomplete when something is missing that
   *   `STATE_RECOVERY=strict` does not do without
   */
  async run(
    store: DurableStateStore,
    directory: StateDirectory,
    identity: Identity,
    signal: AbortSignal,
    say: (what: string) => void,
  ): Promise<{ readonly lastId: number; readonly plan: RecoveryPlan; readonly hasErasures: boolean }> {
    const loaded = await loadGenerations(directory);
    refuseForeign(loaded, identity, directory);
    await directory.removeLeftovers();
    const readOne = async (partition: number, range: OffsetRange) =>
      this.reading(new Map([[partition, range]]), signal, [], (reader) =>
        reader.take(partition, range.end).then(([record]) => record),
      );
    const onSummary = (sequence: number) => (this.lastSummary = Math.max(this.lastSummary, sequence));
    const facts = await patienceOf(this.logger, signal).until(() =>
      partitionFacts(
        { topic: this.settings.topic.input, client: this.client, admin: this.admin, readOne, onSummary },
        loaded.generations,
      ),
    );
    const { plan: full, damage } = await this.begin(store, directory, loaded, facts);
    const plan = loaded.isReset ? afterReset(full, facts) : full;
    const areOffsetsGone = [...plan.offsetsToCommit.keys()].some((id) => facts.get(id)?.committed === null);
    this.judge(plan, damage, loaded, identity, areOffsetsGone);
    await this.replay(store, plan, facts, signal, say);
    this.resumeSummaries(store, loaded, plan);
    await patienceOf(this.logger, signal).until(() => this.commitOffsets(plan.offsetsToCommit));
    // The group was empty. Until it is joined somebody else may come, and go.
    this.client.startAlone(
      new Map([...facts].map(([id, { committed }]) => [id, plan.offsetsToCommit.get(id) ?? committed])),
    );
    return { lastId: loaded.lastId, plan, hasErasures: loaded.hasErasures };
  }

  /** Restores the newest checkpoint that can be used. One that turns out to be damaged, or not to fit, is passed over. */
  private async begin(
    store: DurableStateStore,
    directory: StateDirectory,
    loaded: LoadedState,
    facts: ReadonlyMap<number, PartitionFacts>,
  ): Promise<{ plan: RecoveryPlan; damage: readonly string[] }> {
    const damage = [...loaded.damage];
    let usable = this.writtenOnly(loaded.generations, facts);
    for (;;) {
      const plan = planRecovery(usable, facts);
      const chosen = usable.find(({ id }) => id === plan.checkpoint);
      if (chosen === undefined) {
        store.clear();
        return { plan, damage };
      }
      try {
        await restore(store, directory, chosen);
        return { plan, damage };
      } catch (error) {
        if (!(error instanceof CheckpointError || error instanceof RangeError)) throw error;
        const { message } = error as Error;
        damage.push(
          error instanceof RangeError ? `checkpoint ${chosen.id} does not fit: ${message}` : message,
        );
        usable = usable.filter(({ id }) => id !== chosen.id);
      }
    }
  }

  /** A checkpoint may count a summary by time that could not be written any more: then the one before is right, with its journal. */
  private writtenOnly(
    generations: readonly LoadedGeneration[],
    facts: ReadonlyMap<number, PartitionFacts>,
  ): readonly LoadedGeneration[] {
    const written = generations.filter(({ sequence }) => sequence <= this.lastSummary);
    // Without offsets nobody knows the numbers that were kept with them.
    this.hasOffsets = [...facts.values()].some(({ committed }) => committed !== null);
    this.knowsSummaries = this.hasOffsets && written.length > 0;
    return this.knowsSummaries ? written : generations;
  }

  /** Says what is different from what it should be, and stops where that is not acceptable. */
  private judge(
    plan: RecoveryPlan,
    damage: readonly string[],
    loaded: LoadedState,
    identity: Identity,
    areOffsetsGone: boolean,
  ): void {
    const losses = [...plan.losses, ...decidedOtherwise(plan, loaded.generations, identity)];
    for (const remark of [...damage, ...plan.remarks]) this.logger.warn(`Recovery: ${remark}`);
    if (losses.length === 0) return;
    if (this.settings.state.stateRecovery === 'strict') throw new StateIncomplete(losses, areOffsetsGone);
    for (const loss of losses) this.logger.error(`Recovery, accepted with STATE_RECOVERY=lenient: ${loss}`);
    this.recovered = { ...this.recovered, losses };
  }

  private async replay(
    store: DurableStateStore,
    { steps, offsetsToCommit }: RecoveryPlan,
    facts: ReadonlyMap<number, PartitionFacts>,
    signal: AbortSignal,
    say: (what: string) => void,
  ): Promise<void> {
    const ranges = rangesOf(steps, facts);
    const progress = new Progress([...ranges.values()].reduce((sum, { from, end }) => sum + end - from, 0));
    const committed = (partition: number) =>
      offsetsToCommit.get(partition) ?? facts.get(partition)?.committed ?? -1;
    let toldAt = performance.now();
    const gaps: string[] = [];
    const onProgress = () => {
      say(`recovering state: ${progress.text()}`);
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      this.logger.log(`Recovering state: ${progress.text()}`);
    };
    if (progress.total > 0) this.logger.log(`Recovering state: ${progress.total} records are read again`);
    await this.reading(ranges, signal, gaps, (reader) =>
      new Replay({
        ...{ topic: this.settings.topic.input, reader, store, work: this.work },
        ...{ progress, committed, lastSummary: this.lastSummary, signal, onProgress },
      }).run(steps),
    );
    store.resumeSequence(this.knowsSummaries ? this.lastSummary : store.sequence);
    for (const partition of facts.keys()) store.settled(partition, committed(partition));
    if (gaps.length > 0 && this.settings.state.stateRecovery === 'strict') throw new StateIncomplete(gaps);
    for (const gap of gaps) this.logger.error(`Recovery, accepted with STATE_RECOVERY=lenient: ${gap}`);
    this.recovered = {
      records: progress.records,
      seconds: progress.secondsSince(),
      losses: [...this.recovered.losses, ...gaps],
    };
    const { users, devices } = store.figures.rows;
    this.logger.log(
      `State is ready: ${users} users, ${devices} devices; ${progress.records} records read again in ${progress.secondsSince().toFixed(1)} s`,
    );
  }

  /**
   * Offsets that were moved, or have expired, have taken the number of the last summary with them. Where there never were any, what was
   * done is done again, with the numbers that it had.
   */
  private resumeSummaries(store: DurableStateStore, loaded: LoadedState, plan: RecoveryPlan): void {
    const hasLost = plan.losses.length > 0;
    const isUnknown = !this.knowsSummaries && (this.hasOffsets || hasLost);
    if (isUnknown || (plan.checkpoint === null && hasLost))
      store.resumeSequence(latestSummary(loaded.generations));
    if (this.lastSummary === 0) store.resumeSequence(loaded.resetAt);
  }

  private async reading<T>(
    ranges: ReadonlyMap<number, OffsetRange>,
    signal: AbortSignal,
    gaps: string[],
    work: (reader: LogReader) => Promise<T>,
  ): Promise<T> {
    const reader = new LogReader(this.kafka, this.settings.topic.input, ranges, {
      signal,
      onGap: (partition, from, to) =>
        gaps.push(`offsets ${from}–${to - 1} of partition ${partition} are gone`),
      onTrouble: (message) => this.logger.warn(`${message}. Trying again.`),
    });
    try {
      return await work(reader);
    } finally {
      await reader.close();
    }
  }

  /** The group is empty, so anybody may. */
  private async commitOffsets(offsets: ReadonlyMap<number, number>): Promise<void> {
    if (offsets.size === 0) return;
    const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
    const { kafka, topic } = this.settings;
    await this.admin.run((admin) =>
      admin.setOffsets({ groupId: kafka.groupId, topic: topic.input, partitions }),
    );
  }
}
