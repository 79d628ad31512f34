import { OTHER } from '../bounded-counter.js';
import type { Counts, Summary } from './summary.js';

/** The counts whose keys come from outside. */
const BY_VALUE = ['device_type_counts', 'locale_counts', 'app_version_counts'] as const;

/** The same summary with at most so many keys in each count by value: the most frequent ones, and the rest as `other`. */
export function withMostKeys(summary: Summary, keys: number): Summary {
  const there = BY_VALUE.filter((name) => Object.hasOwn(summary, name));
  const cut = Object.fromEntries(there.map((name) => [name, mostKeys(summary[name], keys)]));
  return { ...summary, ...cut };
}

function mostKeys(counts: Counts, keys: number): Counts {
  const entries = Object.entries(counts);
  if (entries.length <= keys) return counts;
  entries.sort(([, a], [, b]) => b - a);
  const kept = new Map(entries.slice(0, keys));
  for (const [, count] of entries.slice(keys)) kept.set(OTHER, (kept.get(OTHER) ?? 0) + count);
  return Object.fromEntries(kept);
}
