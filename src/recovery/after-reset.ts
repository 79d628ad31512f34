import type { OffsetRange } from '../kafka/log-reader.js';
import type { PartitionFacts, RecoveryPlan } from './recovery-plan.js';

/** The plan where state was removed on purpose: what the input has no longer was given up with it, and is not looked for. */
export function afterReset(
  plan: RecoveryPlan,
  partitions: ReadonlyMap<number, PartitionFacts>,
): RecoveryPlan {
  if (plan.checkpoint !== null) return plan;
  const steps = plan.steps.map((step) =>
    step.kind === 'unordered' ? { ...step, ranges: retained(step.ranges, partitions) } : step,
  );
  const remarks = plan.losses.map((loss) => `${loss}; it was reset, so it begins without them`);
  return { ...plan, steps, losses: [], remarks: [...plan.remarks, ...remarks] };
}

function retained(
  ranges: ReadonlyMap<number, OffsetRange>,
  partitions: ReadonlyMap<number, PartitionFacts>,
): ReadonlyMap<number, OffsetRange> {
  const kept = new Map<number, OffsetRange>();
  for (const [partition, { from, end }] of ranges) {
    const start = Math.max(from, partitions.get(partition)?.logStart ?? from);
    if (start < end) kept.set(partition, { from: start, end });
  }
  return kept;
}
