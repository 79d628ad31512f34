import type { Redis } from 'ioredis';
import { keysOf, prefixOf } from './keys.js';
import { EXACT_LIMIT } from './lua/unique.js';
import { readHistogram } from './replies.js';
import type { StateKind } from './state-kind.js';
import { distinct } from './summary-of.js';

/** How far Redis is with a partition, as offsets; null: nothing is known. */
export interface StoredPartition {
  readonly partition: number;
  /** The first that is not applied. */
  readonly next: number | null;
  /** The first that is not committed, as far as Redis was told. */
  readonly settled: number | null;
  /** Batches that are applied and whose results are kept, as they may not be committed. */
  readonly kept: number;
}

/** The state of a group as it lies in Redis, in the format of this version. Nothing of it is of one person. */
export interface StoredState {
  readonly partitions: readonly StoredPartition[];
  /** The single figures, by the names that scripts give them. */
  readonly number: (name: (typeof NUMBERS)[number]) => number;
  readonly rows: Readonly<Record<'users' | 'devices', number>>;
  /** Exact up to 1,024, then within 1 %. */
  readonly distinct: Readonly<Record<'users' | 'devices', number>>;
}

const NUMBERS = [
  ...(['processed', 'filtered', 'errors', 'started', 'duplicatesNow', 'duplicatesOld'] as const),
  ...(['sequence', 'published', 'taken', 'exactUsers', 'exactDevices'] as const),
] as const;
const HISTOGRAMS = ['histogramUsers', 'histogramDevices'] as const;
const FIELDS = [...NUMBERS, ...HISTOGRAMS] as const;

/** What a state says of itself, in whatever format it is; null: there is none. A reset leaves positions all the same. */
export async function readKind(redis: Redis, group: string): Promise<StateKind | null> {
  const found = await redis.hmget(`${prefixOf(group)}meta`, 'format', 'layoutId', 'layout', 'cluster');
  if (found.every((value) => value === null)) return null;
  const [format, layoutId, layout, cluster] = found.map((value) => value ?? '');
  return { format, layoutId, layout, cluster };
}

/** Reads at one instant, and changes nothing. */
export async function readState(redis: Redis, group: string): Promise<StoredState> {
  const key = (name: string) => `${prefixOf(group)}${name}`;
  const known = await Promise.all(['fence', 'settled'].map((name) => redis.hkeys(key(name))));
  const partitions = [...new Set(known.flat().map(Number))].sort((a, b) => a - b);
  const looks = redis.multi().hmgetBuffer(key('meta'), ...FIELDS);
  for (const name of ['fence', 'settled']) looks.hgetall(key(name));
  for (const name of ['users', 'usersOld', 'devices', 'devicesOld']) looks.hlen(key(name));
  for (const partition of partitions) looks.llen(key(`kept:${partition}`));
  const answers = (await looks.exec())!.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
  const [meta, fences, settled] = answers as [(Buffer | null)[], ...Record<string, string>[]];
  const [users, usersOld, devices, devicesOld, ...kept] = answers.slice(3) as number[];
  const bytesOf = (name: (typeof FIELDS)[number]) => meta[FIELDS.indexOf(name)];
  const number = (name: (typeof NUMBERS)[number]) => Number(bytesOf(name) ?? 0);
  return {
    partitions: partitions.map((partition, index) => ({
      partition,
      next: offsetAt(fences, partition),
      settled: offsetAt(settled, partition),
      kept: kept[index] / 2, // each has a label
    })),
    number,
    rows: { users: users + usersOld, devices: devices + devicesOld },
    distinct: {
      users: distinctOf(number('exactUsers'), bytesOf('histogramUsers')),
      devices: distinctOf(number('exactDevices'), bytesOf('histogramDevices')),
    },
  };
}

/** Bytes that all keys of the group take; null when the user may not ask. */
export async function memoryOf(redis: Redis, group: string): Promise<number | null> {
  const partitions = (await redis.hkeys(`${prefixOf(group)}fence`)).map(Number);
  const keys = new Set([0, ...partitions].flatMap((partition) => keysOf(group, partition)));
  try {
    const sizes = await Promise.all([...keys].map((key) => redis.memory('USAGE', key)));
    return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  } catch (error) {
    if (/NOPERM|unknown command/i.test((error as Error).message)) return null;
    throw error;
  }
}

const offsetAt = (offsets: Readonly<Record<string, string>>, partition: number): number | null =>
  offsets[partition] === undefined ? null : Number(offsets[partition]);

function distinctOf(exact: number, histogram: Buffer | null): number {
  const isExact = exact <= EXACT_LIMIT || histogram === null;
  return distinct({ exact, histogram: isExact ? null : readHistogram(histogram) });
}
