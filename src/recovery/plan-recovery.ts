import type { OffsetRange } from '../kafka/log-reader.js';
import { GenerationPlanner } from './generation-planner.js';
import { historiesOf } from './log-history.js';
import { hasOneBatch, isNewLog, missing } from './log-loss.js';
import type { Generation, PartitionFacts, RecoveryPlan } from './recovery-plan.js';

/** Works out how state is brought to where it was. Nothing is read or changed here. */
export function planRecovery(
  generations: readonly Generation[],
  partitions: ReadonlyMap<number, PartitionFacts>,
): RecoveryPlan {
  const behind: string[] = [];
  for (const [index, generation] of generations.entries()) {
    const obstacle = obstacleTo(generation, partitions, generations.slice(index + 1));
    if (obstacle === null) return new GenerationPlanner(partitions, generation).plan(behind);
    behind.push(obstacle);
  }
  return rebuilt(partitions, behind);
}

/** Why a checkpoint cannot be used: it, or its journal, is ahead of what is committed. */
function obstacleTo(
  { id, positions, entries }: Generation,
  partitions: ReadonlyMap<number, PartitionFacts>,
  older: readonly Generation[],
): string | null {
  const histories = historiesOf(entries);
  for (const [partition, facts] of partitions) {
    const history = histories.get(partition);
    const next = history?.isAnew ? undefined : positions.get(partition)?.next;
    const end = history?.last?.end ?? next;
    if (end === undefined || isNewLog(facts, end)) continue;
    const counts = `checkpoint ${id} counts partition ${partition} up to offset ${next}`;
    if (facts.committed === null) {
      if (next !== undefined && older.some((each) => hasOneBatch(each, partition)))
        return `${counts}, and nothing of it is committed`;
      continue;
    }
    if (next !== undefined && facts.committed < next)
      return `${counts}, and only ${facts.committed} is committed`;
    // A batch is applied when the one before is committed.
    if (history?.last && facts.committed < history.last.from)
      return `checkpoint ${id} is followed by a journal for which partition ${partition} was committed up to offset ${history.last.from}, and only ${facts.committed} is`;
  }
  return null;
}

/** Without a checkpoint that could be used: everything that is committed, as it arrived. */
function rebuilt(partitions: ReadonlyMap<number, PartitionFacts>, behind: readonly string[]): RecoveryPlan {
  const ranges = new Map<number, OffsetRange>();
  for (const [partition, { committed, logEnd }] of partitions)
    if (committed !== null && committed > 0 && logEnd >= committed)
      ranges.set(partition, { from: 0, end: committed });
  const losses = [...ranges].flatMap(
    ([partition, range]) => missing(partition, range, partitions.get(partition)) ?? [],
  );
  const remarks =
    ranges.size === 0
      ? []
      : [
          'state is built anew from the input, in the order of its arrival: the order between partitions may have been another one',
        ];
  const none =
    behind.length === 0
      ? []
      : behind.map((obstacle) => `${obstacle}: somebody has moved the group's offsets back`);
  return {
    checkpoint: null,
    steps: ranges.size === 0 ? [] : [{ kind: 'unordered', ranges }],
    losses: [...none, ...losses],
    remarks,
    offsetsToCommit: new Map(),
    renewed: new Set(),
  };
}
