import type { OffsetRange } from '../kafka/log-reader.js';
import type { PartitionFacts, RecoveryPlan } from './recovery-plan.js';

/** All that is to be read, by partition; what is known to be gone is not looked for. */
export function rangesOf(
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
