import type { LoadedGeneration } from './load-generations.js';

/**
 * A number that no summary of this state has gone beyond: for where the cluster does not know any more which one was the last. It may be
 * too high, as a journal does not say how many of its records were processed.
 */
export function latestSummary(generations: readonly LoadedGeneration[]): number {
  return Math.max(0, ...generations.map(latestOf));
}

function latestOf({ sequence, processed, entries, manifest }: LoadedGeneration): number {
  const { SUMMARY_EVERY_MESSAGES } = JSON.parse(manifest.decisions) as Record<string, string | undefined>;
  const every = Number(SUMMARY_EVERY_MESSAGES ?? 0);
  let [byTime, offsets] = [0, 0];
  for (const entry of entries)
    if (entry.kind === 'summary') byTime++;
    else if (entry.kind === 'batch') offsets += entry.end - entry.from;
  const multiples = (count: number) => (every > 0 ? Math.floor(count / every) : 0);
  return sequence + byTime + multiples(processed + offsets) - multiples(processed);
}
