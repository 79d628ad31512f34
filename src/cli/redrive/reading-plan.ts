import type { LogRange } from './topic-ranges.js';
import type { Progress } from './run-progress.js';
import { spanOf } from './selection.js';
import type { Criteria } from './selection.js';

/** What is still to be read of each partition of the error topic; a partition that is dealt with is left out. */
export function rangesToRead(
  log: ReadonlyMap<number, LogRange>,
  criteria: Criteria,
  progress: Progress,
): ReadonlyMap<number, LogRange> {
  const ranges = new Map<number, LogRange>();
  for (const [partition, { from, end }] of log) {
    const span = spanOf(criteria, partition);
    if (span === null) continue;
    const range = {
      from: Math.max(from, span.first, progress.get(partition)?.offset ?? 0),
      end: Math.min(end, span.last + 1),
    };
    if (range.from < range.end) ranges.set(partition, range);
  }
  return ranges;
}

/** Why progress cannot be that of this selection of this topic; null when it can. */
export function progressFault(
  log: ReadonlyMap<number, LogRange>,
  selection: string,
  progress: Progress,
): string | null {
  for (const [partition, committed] of progress) {
    if (committed.selection !== selection) return 'it was begun with another selection';
    const end = log.get(partition)?.end ?? 0;
    if (committed.offset > end)
      return `it has read partition ${partition} up to offset ${committed.offset}, and the partition ends at ${end}: it was made anew`;
  }
  return null;
}
