import type { Crossing, ErrorLimits, ReachedLimit } from './error-limit-history.js';
import { Rejected } from './outcome.js';
import type { ErrorType, Outcome } from './outcome.js';
import type { RawBatch } from './raw-record.js';

/** Why a partition is paused, in words and figures that hold no personal data. */
export interface PartitionPause {
  readonly topic: string;
  readonly partition: number;
  /** Epoch milliseconds. */
  readonly since: number;
  /** A clause: what reached which limit. */
  readonly reason: string;
  /** Of the batch that is held back. Nothing of it is applied, written or committed. */
  readonly offsets: {
    readonly first: number;
    readonly last: number;
    /** At which the limit is reached. */
    readonly reachedAt: number;
  };
  readonly batch: { readonly records: number; readonly errors: number };
  /** Errors of that batch, the most frequent first. */
  readonly errorTypes: readonly { readonly errorType: ErrorType; readonly count: number }[];
}

export function pauseAt(
  { index, reached }: Crossing,
  { topic, partition, records }: RawBatch,
  outcomes: readonly Outcome[],
  limits: ErrorLimits,
): PartitionPause {
  const errorTypes = countTypes(outcomes);
  return {
    topic,
    partition,
    since: Date.now(),
    reason: reasonOf(reached, limits),
    offsets: {
      first: Number(records[0].offset),
      last: Number(records[records.length - 1].offset),
      reachedAt: Number(records[index].offset),
    },
    batch: { records: records.length, errors: errorTypes.reduce((sum, { count }) => sum + count, 0) },
    errorTypes,
  };
}

function reasonOf(reached: ReachedLimit, { percent, consecutive }: ErrorLimits): string {
  return reached.limit === 'consecutive'
    ? `${reached.errors} records in a row are in error (ERROR_LIMIT_CONSECUTIVE=${consecutive})`
    : `${reached.errors} of the latest ${reached.records} records are in error (ERROR_LIMIT_PERCENT=${percent})`;
}

/** What the log says: what happened, where, why, and what to do. */
export function pauseText({ topic, partition, reason, offsets, batch, errorTypes }: PartitionPause): string {
  const types = errorTypes.map(({ errorType, count }) => `${errorType} ${count}`).join(', ');
  return (
    `${topic}-${partition} is paused at offset ${offsets.reachedAt}: ${reason}. ` +
    `Of offsets ${offsets.first}–${offsets.last} ${batch.errors} of ${batch.records} records are in error (${types}); ` +
    'none of them was applied, written or committed, and other partitions go on. ' +
    'Find out who sends them, or roll this service back when it is at fault. ' +
    `To go on with them as errors: login-stream resume --partition ${partition}`
  );
}

/** The most frequent first, then by name. */
function countTypes(outcomes: readonly Outcome[]): { errorType: ErrorType; count: number }[] {
  const counts = new Map<ErrorType, number>();
  for (const outcome of outcomes)
    if (outcome instanceof Rejected) counts.set(outcome.errorType, (counts.get(outcome.errorType) ?? 0) + 1);
  return [...counts]
    .map(([errorType, count]) => ({ errorType, count }))
    .sort((a, b) => b.count - a.count || (a.errorType < b.errorType ? -1 : 1));
}
