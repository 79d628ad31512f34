import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCheckpoint } from '../analytics/durable/checkpoint-reader.js';
import { CheckpointError } from '../analytics/durable/checkpoint-errors.js';
import { Checkpointer } from '../analytics/durable/checkpointer.js';
import type { Identity } from '../analytics/durable/checkpointer.js';
import { DurableStateStore } from '../analytics/durable/durable-state-store.js';
import { StateDirectory } from '../analytics/durable/state-directory.js';
import { StateLock } from '../analytics/durable/state-lock.js';
import { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { StateStore } from '../analytics/state-store.js';
import { SETTINGS } from '../config/config.module.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import type { Settings } from '../config/settings.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { IMPATIENT_KAFKA } from '../kafka/brokers.js';
import { ClusterAdmin } from '../kafka/cluster-admin.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { GroupGuard } from '../kafka/group-guard.js';
import { Kafka } from '../kafka/kafkajs.js';
import { LogReader } from '../kafka/log-reader.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import { Patience } from '../kafka/patience.js';
import { INSTANCE_ID } from '../metrics/instance-id.js';
import { SERVICE_VERSION } from '../metrics/service-version.js';
import { BatchPipeline } from '../pipeline/batch-pipeline.js';
import { afterReset } from './after-reset.js';
import { decisionsOf, differences } from './decisions.js';
import { eraseInRedis, ErasureImpossible, ERASED_WITHIN_MS, within } from './erasure.js';
import type { Erasure } from './erasure.js';
import { loadGenerations } from './load-generations.js';
import type { LoadedGeneration, LoadedState } from './load-generations.js';
import { partitionFacts } from './partition-facts.js';
import { Progress } from './progress.js';
import { planRecovery } from './recovery-plan.js';
import type { PartitionFacts, RecoveryPlan } from './recovery-plan.js';
import { Replay } from './replay.js';
import { StateIncomplete } from './state-incomplete.error.js';

/** How often the log tells how far a recovery has come. */
const TELL_EVERY_MS = 5_000;
/** How long a stop waits for Redis. */
const FLUSH_MS = 2_000;

/** What is known of the last recovery. */
export interface Recovered {
  /** Records that were read again. */
  readonly records: number;
  readonly seconds: number;
  /** What state lacks: empty, or accepted with `STATE_RECOVERY=lenient`. */
  readonly losses: readonly string[];
}

/**
 * Makes the embedded state ready before the group is joined, keeps it on disk while the service runs, and lets go of it at the end.
 * With any other store there is nothing to do.
 */
@Injectable()
export class StateKeeper {
  private readonly logger = new Logger('State');
  private readonly store: DurableStateStore | null;
  private lock: StateLock | null = null;
  private checkpointer: Checkpointer | null = null;
  /** Number of the last summary that an earlier process has committed. */
  private lastSummary = 0;
  /** Whether that number can be relied on. */
  private knowsSummaries = true;
  recovered: Recovered = { records: 0, seconds: 0, losses: [] };

  constructor(
    private readonly anyStore: StateStore,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(IMPATIENT_KAFKA) private readonly kafka: Kafka,
    private readonly admin: ClusterAdmin,
    private readonly guard: GroupGuard,
    private readonly client: BatchKafkaClient,
    private readonly pipeline: BatchPipeline,
    health: ConsumerHealth,
  ) {
    this.store = anyStore instanceof DurableStateStore ? anyStore : null;
    if (this.store !== null) health.whenMember((memberId) => this.note({ memberId }));
  }

  /** Why state cannot be written, in a sentence for operators; null: it can, or there is none. */
  get trouble(): string | null {
    return this.anyStore instanceof RedisStateStore
      ? this.anyStore.trouble
      : (this.checkpointer?.trouble ?? null);
  }

  get rememberedBytes(): number {
    return this.store?.rememberedBytes ?? 0;
  }

  get figures(): Checkpointer['figures'] | null {
    return this.checkpointer?.figures ?? null;
  }

  /**
   * Resolves when state is what it was when the process before ended.
   *
   * @param say told what is being waited for
   * @throws InvalidSettingsError when somebody else is in the group; StateIncomplete when something is missing that
   *   `STATE_RECOVERY=strict` does not do without
   */
  async open(signal: AbortSignal, say: (what: string) => void): Promise<void> {
    if (this.anyStore instanceof RedisStateStore) return this.openShared(this.anyStore, signal, say);
    if (this.store === null) return;
    const directory = await this.lockDirectory(signal, say);
    say('waiting for the consumer group to be empty');
    await this.untilAlone(signal);
    say('recovering state');
    const identity = await this.patience(signal).until(() => this.identity());
    const { lastId, plan, hasErasures } = await this.recover(this.store, directory, identity, signal, say);
    const recoveredFrom = plan.checkpoint;
    // What could not be used now must not be taken up later, with a journal that does not continue it.
    if (recoveredFrom === null) await directory.prune(lastId + 1);
    signal.throwIfAborted();
    this.checkpointer = new Checkpointer(this.store, directory, {
      ...{ identity, lastId, recoveredFrom },
      everySeconds: this.settings.state.checkpointEverySeconds,
    });
    await this.checkpointer.start();
    for (const partition of plan.renewed) this.store.resetPartition(partition);
    // Somebody was erased shortly before the end, or while nothing ran.
    if (hasErasures) void this.checkpointer.purged();
  }

  /**
   * Erases a user from state, also from what a restart begins with, and waits a while for older files to go.
   *
   * @throws ErasureImpossible
   */
  async forget(userId: string): Promise<Erasure> {
    const { anyStore, store, checkpointer } = this;
    if (anyStore instanceof RedisStateStore) return eraseInRedis(anyStore, userId);
    if (store === null)
      throw new ErasureImpossible('With STATE_STORE=none nothing is remembered of any user.', false);
    if (checkpointer === null)
      throw new ErasureImpossible('State is not ready yet: /health says what it waits for. Try again.', true);
    const known = store.forget(userId);
    const purged = checkpointer.purged().then(() => true);
    await store.recorded();
    const filesClean = (await within(ERASED_WITHIN_MS, purged)) !== null;
    if (filesClean) return { known, filesClean, until: null };
    const reason = checkpointer.trouble ?? 'what they count is not committed yet';
    return { known, filesClean, until: `Files keep it until two more checkpoints are written: ${reason}` };
  }

  /** To be called when nothing is applied any more. */
  async close(): Promise<void> {
    if (this.anyStore instanceof RedisStateStore) return this.closeShared(this.anyStore);
    this.store?.resumeSequence(this.client.lastSummary);
    await this.checkpointer?.stop();
    await this.lock?.release();
  }

  private async openShared(
    store: RedisStateStore,
    signal: AbortSignal,
    say: (what: string) => void,
  ): Promise<void> {
    signal.throwIfAborted();
    say('connecting to Redis');
    const end = () => store.close();
    signal.addEventListener('abort', end, { once: true });
    await store.open(() => this.patience(signal).until(() => this.client.lastSummaryOfGroup()));
    signal.removeEventListener('abort', end);
  }

  /** What is committed is told to Redis, if it is there: a next owner finds out by itself otherwise. */
  private async closeShared(store: RedisStateStore): Promise<void> {
    await Promise.race([store.flushed(), sleep(FLUSH_MS, undefined, { ref: false })]);
    store.close();
  }

  private async lockDirectory(signal: AbortSignal, say: (what: string) => void): Promise<StateDirectory> {
    const { stateDir } = this.settings.state;
    const directory = await StateDirectory.open(stateDir);
    say('waiting for STATE_DIR');
    this.lock = await StateLock.acquire(stateDir, {
      signal,
      onWaiting: (holder) => {
        say(`waiting for STATE_DIR, which is in use by ${holder}`);
        this.logger.warn(`STATE_DIR is in use by ${holder}: waiting to take over`);
      },
    });
    this.note({ instance: INSTANCE_ID });
    return directory;
  }

  /** For whoever waits for the lock, or takes over. Without it, that takes a session time-out. */
  private note(what: Record<string, unknown>): void {
    this.lock
      ?.note(what)
      .catch((error: Error) => this.logger.warn(`The lock of STATE_DIR does not tell: ${error.message}`));
  }

  private async untilAlone(signal: AbortSignal): Promise<void> {
    const former = this.lock?.former?.memberId;
    const memberId = typeof former === 'string' ? former : null;
    const others = await this.patience(signal).until(() => this.guard.whenEmpty(memberId, signal));
    if (others === null) return;
    throw new InvalidSettingsError([
      `STATE_STORE=embedded is for one instance, and the group ${this.settings.kafka.groupId} is in use from ${others}. ` +
        'Use STATE_STORE=redis for several instances, or the same STATE_DIR for one that takes over when the other ends',
    ]);
  }

  private async identity(): Promise<Identity> {
    const { clusterId } = await this.admin.run((admin) => admin.describeCluster());
    return {
      identity: { clusterId, group: this.settings.kafka.groupId, topic: this.settings.topic.input },
      serviceVersion: SERVICE_VERSION,
      decisions: JSON.stringify(decisionsOf(this.settings)),
    };
  }

  private async recover(
    store: DurableStateStore,
    directory: StateDirectory,
    identity: Identity,
    signal: AbortSignal,
    say: (what: string) => void,
  ): Promise<{ lastId: number; plan: RecoveryPlan; hasErasures: boolean }> {
    const loaded = await loadGenerations(directory);
    refuseForeign(loaded, identity, directory);
    await directory.removeLeftovers();
    const readOne = async (partition: number, range: OffsetRange) =>
      this.reading(new Map([[partition, range]]), signal, [], (reader) =>
        reader.take(partition, range.end).then(([record]) => record),
      );
    const onSummary = (sequence: number) => (this.lastSummary = Math.max(this.lastSummary, sequence));
    const facts = await this.patience(signal).until(() =>
      partitionFacts(
        { topic: this.settings.topic.input, client: this.client, admin: this.admin, readOne, onSummary },
        loaded.generations,
      ),
    );
    const { plan: full, damage } = await this.begin(store, directory, loaded, facts);
    const plan = loaded.isReset ? afterReset(full, facts) : full;
    this.judge(plan, damage, loaded, identity);
    await this.replay(store, plan, facts, signal, say);
    await this.patience(signal).until(() => this.commitOffsets(plan.offsetsToCommit));
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
    const isKnown = [...facts.values()].some(({ committed }) => committed !== null);
    this.knowsSummaries = isKnown && written.length > 0;
    return this.knowsSummaries ? written : generations;
  }

  /** Says what is different from what it should be, and stops where that is not acceptable. */
  private judge(
    plan: RecoveryPlan,
    damage: readonly string[],
    loaded: LoadedState,
    identity: Identity,
  ): void {
    const losses = [...plan.losses, ...decidedOtherwise(plan, loaded.generations, identity)];
    for (const remark of [...damage, ...plan.remarks]) this.logger.warn(`Recovery: ${remark}`);
    if (losses.length === 0) return;
    if (this.settings.state.stateRecovery === 'strict') throw new StateIncomplete(losses);
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
        ...{ topic: this.settings.topic.input, reader, store, pipeline: this.pipeline },
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

  private patience(signal: AbortSignal): Patience {
    return new Patience({
      limitMs: Infinity,
      signal,
      onWait: ({ message }) => this.logger.warn(`State cannot be recovered yet: ${message}. Trying again.`),
    });
  }
}

/** Only one's own state is ever touched, whatever the settings say. @throws InvalidSettingsError */
function refuseForeign(
  { generations }: LoadedState,
  { identity: { clusterId, group, topic } }: Identity,
  directory: StateDirectory,
): void {
  for (const { id, manifest } of generations) {
    const { identity } = manifest;
    if (identity.clusterId === clusterId && identity.group === group && identity.topic === topic) continue;
    const whose = `group ${identity.group}, topic ${identity.topic}, cluster ${identity.clusterId}`;
    throw new InvalidSettingsError([
      `STATE_DIR must be this service's own: checkpoint ${id} in ${directory.path} is of ${whose}, and this is group ${group}, ` +
        `topic ${topic}, cluster ${clusterId}. Choose another directory, or remove that state: login-stream state reset`,
    ]);
  }
}

async function restore(
  store: DurableStateStore,
  directory: StateDirectory,
  { id, positions, manifest }: LoadedGeneration,
): Promise<void> {
  const changed = Object.entries({ ...manifest.layout, ...store.layout }).filter(
    ([name]) => manifest.layout[name] !== store.layout[name],
  );
  if (changed.length > 0)
    throw new RangeError(`other settings want other state (${changed.map(([name]) => name).join(', ')})`);
  const checkpoint = await openCheckpoint(directory.pathOf('checkpoint', id));
  try {
    await store.restore(checkpoint, positions);
  } finally {
    await checkpoint.close();
  }
}

function decidedOtherwise(
  { steps, checkpoint }: RecoveryPlan,
  generations: readonly LoadedGeneration[],
  { decisions }: Identity,
): string[] {
  const former = generations.find(({ id }) => id === checkpoint)?.manifest.decisions;
  const records = steps.some(({ kind }) => kind === 'batch' || kind === 'unordered');
  if (former === undefined || former === decisions || !records) return [];
  const changed = differences(former, JSON.parse(decisions) as Record<string, string>).join(', ');
  return [
    `records since the last checkpoint were decided with other settings, and would be counted otherwise now: ${changed}. ` +
      'Start once with the former values and stop with SIGTERM, then change them',
  ];
}

/** All that is to be read, by partition; what is known to be gone is not looked for. */
function rangesOf(
  steps: RecoveryPlan['steps'],
  facts: ReadonlyMap<number, PartitionFacts>,
): Map<number, OffsetRange> {
  const ranges = new Map<number, OffsetRange>();
  const add = (partition: number, { from, end }: OffsetRange) => {
    const before = ranges.get(partition);
    const first = Math.max(from, facts.get(partition)?.logStart ?? from);
    ranges.set(partition, { from: before?.from ?? first, end: Math.max(end, before?.end ?? end) });
  };
  for (const step of steps)
    if (step.kind === 'batch') add(step.partition, step.range);
    else if (step.kind === 'unordered') step.ranges.forEach((range, partition) => add(partition, range));
  return ranges;
}
