import { Logger } from '@nestjs/common';
import type { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import type { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import type { ClusterAdmin } from '../kafka/cluster-admin.js';
import type { Recount } from '../pipeline/recount.js';
import { eraseInRedis, within } from './erasure.js';
import type { Erasure } from './erasure.js';
import { patienceOf } from './patience-of.js';
import { StateKeeper } from './state-keeper.js';
import type { Recovered } from './state-keeper.js';

/** How long a stop waits for Redis. */
const FLUSH_MS = 2_000;

/** Connects to the state that instances share. Partitions are compared with what is committed when they are claimed. */
export class SharedStateKeeper extends StateKeeper {
  private readonly logger = new Logger('State');

  constructor(
    private readonly store: RedisStateStore,
    private readonly client: Pick<BatchKafkaClient, 'lastSummaryOfGroup'>,
    private readonly admin: Pick<ClusterAdmin, 'run'>,
    private readonly recount: Pick<Recount, 'trouble' | 'done'>,
  ) {
    super();
  }

  override get trouble(): string | null {
    return this.store.trouble ?? this.recount.trouble;
  }

  override get recovered(): Recovered {
    return this.recount.done;
  }

  /** @throws InvalidSettingsError when Redis, or the state in it, is not what is needed */
  override async open(signal: AbortSignal, say: (what: string) => void): Promise<void> {
    signal.throwIfAborted();
    say('connecting to Redis');
    const end = () => this.store.close();
    signal.addEventListener('abort', end, { once: true });
    const patiently = <T>(ask: () => Promise<T>) => patienceOf(this.logger, signal).until(ask);
    const { clusterId } = await patiently(() => this.admin.run((admin) => admin.describeCluster()));
    await this.store.open({
      clusterId,
      lastSummary: () => patiently(() => this.client.lastSummaryOfGroup()),
    });
    signal.removeEventListener('abort', end);
  }

  override forget(userId: string): Promise<Erasure> {
    return eraseInRedis(this.store, userId);
  }

  /** What is committed is told to Redis, if it is there: a next owner finds out by itself otherwise. */
  override async close(): Promise<void> {
    await within(FLUSH_MS, this.store.flushed());
    this.store.close();
  }
}
