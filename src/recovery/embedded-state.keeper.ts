import { Logger } from '@nestjs/common';
import { Checkpointer } from '../analytics/durable/checkpointer.js';
import type { Identity } from '../analytics/durable/checkpointer.js';
import type { DurableStateStore } from '../analytics/durable/durable-state-store.js';
import { StateDirectory } from '../analytics/durable/state-directory.js';
import { StateLock } from '../analytics/durable/state-lock.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import type { Settings } from '../config/settings.js';
import type { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import type { ClusterAdmin } from '../kafka/cluster-admin.js';
import type { ConsumerHealth } from '../kafka/consumer-health.js';
import type { GroupGuard } from '../kafka/group-guard.js';
import { INSTANCE_ID } from '../metrics/instance-id.js';
import { SERVICE_VERSION } from '../metrics/service-version.js';
import { decisionsOf } from './decisions.js';
import { ErasureImpossible, ERASED_WITHIN_MS, within } from './erasure.js';
import type { Erasure } from './erasure.js';
import { patienceOf } from './patience-of.js';
import { StateKeeper } from './state-keeper.js';
import type { Recovered } from './state-keeper.js';
import type { StateRecovery } from './state-recovery.js';

/** What a keeper asks of the cluster. */
export interface KeeperCluster {
  readonly admin: ClusterAdmin;
  readonly guard: GroupGuard;
  readonly client: BatchKafkaClient;
  readonly health: ConsumerHealth;
}

/** Keeps the state of one instance in its memory and in `STATE_DIR`. */
export class EmbeddedStateKeeper extends StateKeeper {
  private readonly logger = new Logger('State');
  private lock: StateLock | null = null;
  private checkpointer: Checkpointer | null = null;

  constructor(
    private readonly store: DurableStateStore,
    private readonly settings: Settings,
    private readonly cluster: KeeperCluster,
    private readonly recovery: StateRecovery,
  ) {
    super();
    cluster.health.whenMember((memberId) => this.note({ memberId }));
  }

  override get trouble(): string | null {
    return this.checkpointer?.trouble ?? null;
  }

  override get rememberedBytes(): number {
    return this.store.rememberedBytes;
  }

  override get figures(): Checkpointer['figures'] | null {
    return this.checkpointer?.figures ?? null;
  }

  override get recovered(): Recovered {
    return this.recovery.recovered;
  }

  /**
   * @throws InvalidSettingsError when somebody else is in the group; StateIncomplete when something is missing that
   *   `STATE_RECOVERY=strict` does not do without
   */
  override async open(signal: AbortSignal, say: (what: string) => void): Promise<void> {
    const directory = await this.lockDirectory(signal, say);
    say('waiting for the consumer group to be empty');
    await this.untilAlone(signal);
    say('recovering state');
    const identity = await patienceOf(this.logger, signal).until(() => this.identity());
    const { lastId, plan, hasErasures } = await this.recovery.run(
      this.store,
      directory,
      identity,
      signal,
      say,
    );
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

  override async forget(userId: string): Promise<Erasure> {
    const { store, checkpointer } = this;
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

  override async close(): Promise<void> {
    this.store.resumeSequence(this.cluster.client.lastSummary);
    await this.checkpointer?.stop();
    await this.lock?.release();
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
    const others = await patienceOf(this.logger, signal).until(() =>
      this.cluster.guard.whenEmpty(memberId, signal),
    );
    if (others === null) return;
    throw new InvalidSettingsError([
      `STATE_STORE=embedded is for one instance, and the group ${this.settings.kafka.groupId} is in use from ${others}. ` +
        'Use STATE_STORE=redis for several instances, or the same STATE_DIR for one that takes over when the other ends',
    ]);
  }

  private async identity(): Promise<Identity> {
    const { clusterId } = await this.cluster.admin.run((admin) => admin.describeCluster());
    return {
      identity: { clusterId, group: this.settings.kafka.groupId, topic: this.settings.topic.input },
      serviceVersion: SERVICE_VERSION,
      decisions: JSON.stringify(decisionsOf(this.settings)),
    };
  }
}
