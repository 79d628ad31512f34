import type { BatchEntry, JournalEntry } from '../analytics/durable/journal-entry.js';

/** What a journal says of one partition's log, from the last time on that it was a new one. */
export interface LogHistory {
  /** It was deleted and made again within the journal: what was counted before is of another log. */
  readonly isAnew: boolean;
  readonly first?: BatchEntry;
  readonly last?: BatchEntry;
}

/** By partition, those that the journal speaks of. */
export function historiesOf(entries: readonly JournalEntry[]): Map<number, LogHistory> {
  const histories = new Map<number, LogHistory>();
  for (const entry of entries)
    if (entry.kind === 'reset') histories.set(entry.partition, { isAnew: true });
    else if (entry.kind === 'batch') {
      const { isAnew = false, first = entry } = histories.get(entry.partition) ?? {};
      histories.set(entry.partition, { isAnew, first, last: entry });
    }
  return histories;
}
