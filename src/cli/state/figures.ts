import { StoredPart } from '../../analytics/tables/stored-part.js';
import { UniqueCounter } from '../../analytics/tables/unique-counter.js';
import type { ImageSource } from '../../analytics/state-image.js';

/** What a checkpoint has counted, and how much it remembers; null: that is not kept. Nothing of it is of one person. */
export interface StateFigures {
  readonly processed: number;
  readonly filtered: number;
  readonly errors: number;
  /** Rows. */
  readonly users: number | null;
  readonly devices: number | null;
  /** Values that are remembered to recognise duplicates. */
  readonly duplicates: number | null;
  /** Exact up to 1,024, then within 1 %. */
  readonly unique_users: number | null;
  readonly unique_devices: number | null;
  readonly sessions_started: number | null;
  /** Number of the last summary. */
  readonly summary_sequence: number;
}

/**
 * @throws RangeError when it is not what this version of the service writes
 * @throws CheckpointError when it is damaged
 */
export async function figuresOf(source: ImageSource): Promise<StateFigures> {
  const stored = StoredPart.all(source);
  const totals = stored.part('totals');
  const sum = (name: string) => totals.counts(name).reduce((total, [, count]) => total + count, 0);
  return {
    processed: totals.whole('processed'),
    filtered: sum('filteredByReason'),
    errors: sum('errorsByType'),
    users: stored.optionalPart('users')?.whole('size') ?? null,
    devices: stored.optionalPart('devices')?.whole('size') ?? null,
    duplicates: stored.optionalPart('duplicates')?.whole('size') ?? null,
    unique_users: await distinct(stored.optionalPart('uniqueUsers')),
    unique_devices: await distinct(stored.optionalPart('uniqueDevices')),
    sessions_started: stored.optionalPart('users')?.whole('sessionsStarted') ?? null,
    summary_sequence: stored.part('summarizer').whole('sequence'),
  };
}

async function distinct(stored: StoredPart | null): Promise<number | null> {
  if (stored === null) return null;
  const counter = new UniqueCounter();
  await counter.restore(stored);
  return counter.count;
}
