import { keysOfGroup, resetState } from '../../../analytics/redis/reset-state.js';
import type { PartitionStart } from '../../../analytics/redis/reset-state.js';
import type { RedisConnection } from '../../../analytics/redis/redis-connection.js';
import type { Settings } from '../../../config/settings.js';
import { grouped } from '../../support/quantities.js';
import { printable } from '../../support/terminal.js';
import type { GroupOffsets, PartitionOffsets } from '../group-offsets.js';
import type { ResettableState } from '../resettable-state.js';
import { withRedis } from './command-redis.js';

/** @throws InvalidSettingsError, RedisAway */
export function withRedisReset(
  settings: Settings,
  work: (state: ResettableState) => Promise<void>,
): Promise<void> {
  return withRedis(settings.redis, (connection) => work(new RedisReset(connection, settings.kafka.groupId)));
}

class RedisReset implements ResettableState {
  /** Who uses Redis is not known there; who is in the group is. And what the input has lost already is not to be looked for. */
  readonly needsGroup = true;
  readonly afterwards =
    'Before an instance goes on with a partition it counts again what the input still has of it and is committed, and writes nothing ' +
    'for it; what its retention has deleted is not counted any more.';

  constructor(
    private readonly connection: RedisConnection,
    private readonly group: string,
  ) {}

  async describe(): Promise<string> {
    const keys = await this.connection.call((redis) => keysOfGroup(redis, this.group));
    return keys.length === 0
      ? `There is no state ${this.place}.`
      : `All state ${this.place} would be removed: ${grouped(keys.length)} keys.`;
  }

  /** An instance that begins meanwhile finds either all or nothing of it. */
  alone(work: () => Promise<void>): Promise<void> {
    return work();
  }

  async remove(group: GroupOffsets | null): Promise<string> {
    const removed = await resetState(this.connection, this.group, group!.partitions.map(startOf));
    return removed === 0 ? `There is no state ${this.place}.` : `The state ${this.place} is removed.`;
  }

  private get place(): string {
    return `of group ${printable(this.group)} in Redis at ${this.connection.address}`;
  }
}

/** The input may have lost what comes after the committed offset, too: a partition begins at the offset at which its owner will. */
const startOf = ({ partition, start, committed }: PartitionOffsets): PartitionStart => ({
  partition,
  start: Math.min(start, committed ?? start),
  committed: Math.max(start, committed ?? start),
});
