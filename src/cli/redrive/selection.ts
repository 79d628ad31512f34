import { createHash } from 'node:crypto';
import type { DeadLetter } from './dead-letter.js';
import type { EditedValues } from './edited-values.js';
import { isWithin } from './offset-range.js';
import type { PartitionOffsets } from './offset-range.js';

/** Which dead letters are meant: those that all given criteria let pass. An empty list is no criterion. */
export interface Criteria {
  readonly reasons: readonly string[];
  /** Times of the dead letters in milliseconds: from `since` up to, not including, `until`. */
  readonly since: number | null;
  readonly until: number | null;
  /** Of the error topic. */
  readonly offsets: readonly PartitionOffsets[];
  /** Of the input topic. */
  readonly sources: readonly PartitionOffsets[];
  /** Exactly these, with other values; then there are no other criteria. */
  readonly edited: EditedValues | null;
}

export function isSelected(letter: DeadLetter, criteria: Criteria): boolean {
  const { reasons, since, until, offsets, sources, edited } = criteria;
  const { errorType, sourcePartition, sourceOffset } = letter;
  if (edited !== null) return edited.has(letter.partition, letter.offset);
  if (reasons.length > 0 && (errorType === null || !reasons.includes(errorType))) return false;
  const time = Number(letter.record.timestamp);
  if (since !== null && time < since) return false;
  if (until !== null && time >= until) return false;
  if (offsets.length > 0 && !isWithin(offsets, letter.partition, letter.offset)) return false;
  if (sources.length === 0) return true;
  return (
    sourcePartition !== null && sourceOffset !== null && isWithin(sources, sourcePartition, sourceOffset)
  );
}

/** The offsets of a partition between which all that is selected lies; null when nothing of the partition is. */
export function spanOf(criteria: Criteria, partition: number): { first: number; last: number } | null {
  const { edited, offsets } = criteria;
  if (edited !== null) return edited.span(partition);
  if (offsets.length === 0) return { first: 0, last: Infinity };
  const its = offsets.filter((range) => range.partition === partition);
  if (its.length === 0) return null;
  return { first: Math.min(...its.map(({ from }) => from)), last: Math.max(...its.map(({ to }) => to)) };
}

/**
 * Twelve hexadecimal digits that differ for other criteria and other topics: the same selection is the same run, in
 * whatever order it is written.
 */
export function fingerprint(criteria: Criteria, inputTopic: string, errorTopic: string): string {
  const { reasons, since, until, offsets, sources, edited } = criteria;
  const inOrder = (ranges: readonly PartitionOffsets[]) =>
    ranges.map(({ partition, from, to }) => `${partition}:${from}-${to}`).sort();
  const parts = [
    inputTopic,
    errorTopic,
    ...[[...reasons].sort(), since, until, inOrder(offsets), inOrder(sources)],
    edited?.digest ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
