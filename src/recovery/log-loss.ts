import type { OffsetRange } from '../kafka/log-reader.js';
import { historiesOf } from './log-history.js';
import type { Generation, PartitionFacts } from './recovery-plan.js';

/** Whether the partition was first counted after that checkpoint, and so far once: that batch may never have been committed. */
export function hasOneBatch({ positions, entries }: Generation, partition: number): boolean {
  const { first, last, isAnew } = historiesOf(entries).get(partition) ?? {};
  return (isAnew || !positions.has(partition)) && first !== undefined && first === last;
}

/** Whether the partition's log cannot be the one that was counted up to `next`. */
export const isNewLog = ({ isAnother, logEnd }: PartitionFacts, next: number): boolean =>
  isAnother || logEnd < next;

/** What of a range the input has lost, in a sentence; null: nothing. */
export function missing(
  partition: number,
  { from, end }: OffsetRange,
  facts: PartitionFacts | undefined,
): string | null {
  if (facts === undefined) return `partition ${partition} is not there any more`;
  const { logStart } = facts;
  if (logStart <= from) return null;
  return `offsets ${from}–${Math.min(end, logStart) - 1} of partition ${partition} are gone from the input (it begins at ${logStart}): state needs them`;
}
