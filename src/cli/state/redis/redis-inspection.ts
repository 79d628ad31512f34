import { serverFacts } from '../../../analytics/redis/server-check.js';
import { layoutOf, whyUnusable } from '../../../analytics/redis/state-kind.js';
import { STATE_FORMAT } from '../../../analytics/redis/lua/prelude.js';
import { memoryOf, readKind, readState } from '../../../analytics/redis/stored-state.js';
import type { StoredPartition, StoredState } from '../../../analytics/redis/stored-state.js';
import { CliError } from '../../support/cli-error.js';
import type { CommandEnvironment } from '../../support/settings.js';
import type { StateFigures } from '../figures.js';
import { withRedis } from './command-redis.js';
import { wantedLayout } from './wanted-state.js';

/** State in Redis, as `--json` shows it. */
export interface RedisInspection {
  /** Without user and password. */
  readonly address: string;
  /** Null: the user may not ask. */
  readonly server_version: string | null;
  readonly group: string;
  /** What is kept, and of what; null: nothing, the next start makes it. */
  readonly kind: KindReport | null;
  /** Why the service refuses it with these settings, as the end of a sentence; null: not for them. The cluster is not compared: that needs Kafka. */
  readonly unusable: string | null;
  /** Memory of its keys; null: the user may not ask. */
  readonly bytes: number | null;
  readonly partitions: readonly PartitionReport[];
  /** Null: nothing is kept, or this version cannot read it. */
  readonly figures: StateFigures | null;
  readonly summaries: SummaryReport | null;
}

export interface KindReport {
  readonly format: string;
  readonly layout: Readonly<Record<string, unknown>>;
  /** Id of the cluster; null: no instance has said it yet. */
  readonly cluster: string | null;
}

export interface PartitionReport {
  readonly partition: number;
  /** The first offset that is not applied; null: none is. */
  readonly next_offset: number | null;
  /** The first that is not committed, as far as Redis was told. */
  readonly committed_offset: number | null;
  /** Applied batches whose results are kept until they are committed. */
  readonly kept_batches: number;
}

export interface SummaryReport {
  readonly numbered: number;
  /** Up to this number they are written, or never will be. */
  readonly published: number;
  /** A summary by time that is taken and not written: new records wait for it. */
  readonly waiting: number | null;
}

/** @throws InvalidSettingsError, RedisAway; CliError when there is nothing */
export function inspectRedis(environment: CommandEnvironment): Promise<RedisInspection> {
  const { redis: settings, kafka } = environment.settings;
  const group = kafka.groupId;
  return withRedis(settings, async (connection) => {
    const { address } = connection;
    const [{ version }, kind, bytes] = await connection.call((redis) =>
      Promise.all([serverFacts(redis), readKind(redis, group), memoryOf(redis, group)]),
    );
    const isReadable = kind === null || kind.format === String(STATE_FORMAT);
    const stored = isReadable ? await connection.call((redis) => readState(redis, group)) : null;
    if (kind === null && stored?.partitions.length === 0)
      throw new CliError(
        `There is no state of group ${group} in Redis at ${address}: the service has not run with it.`,
      );
    const found = kind && stored;
    return {
      address,
      server_version: version,
      group,
      kind: kind && { format: kind.format, layout: layoutOf(kind.layout), cluster: kind.cluster || null },
      unusable: kind && whyUnusable(kind, await wantedLayout(environment)),
      bytes,
      partitions: (stored?.partitions ?? []).map(reportOf),
      figures: found && figuresOf(found, layoutOf(kind.layout)),
      summaries: found && summariesOf(found),
    };
  });
}

const reportOf = ({ partition, next, settled, kept }: StoredPartition): PartitionReport => ({
  ...{ partition, next_offset: next, committed_offset: settled, kept_batches: kept },
});

function figuresOf(
  { number, rows, distinct }: StoredState,
  layout: Readonly<Record<string, unknown>>,
): StateFigures {
  const parts = new Set(String(layout['what is counted']).split(' '));
  const where = (part: string, count: number) => (parts.has(part) ? count : null);
  return {
    processed: number('processed'),
    filtered: number('filtered'),
    errors: number('errors'),
    users: where('users', rows.users),
    devices: where('devices', rows.devices),
    duplicates: layout.DEDUPE_SECONDS === 0 ? null : number('duplicatesNow') + number('duplicatesOld'),
    unique_users: where('uniqueUsers', distinct.users),
    unique_devices: where('uniqueDevices', distinct.devices),
    sessions_started: where('users', number('started')),
    summary_sequence: number('sequence'),
  };
}

function summariesOf({ number }: StoredState): SummaryReport {
  const [numbered, published, taken] = [number('sequence'), number('published'), number('taken')];
  return { numbered, published, waiting: taken > published ? taken : null };
}
