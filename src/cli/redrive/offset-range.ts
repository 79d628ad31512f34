import { InvalidArgumentError } from 'commander';

/** Offsets of one partition, the first and the last one included. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly from: number;
  /** Infinite: to the end. */
  readonly to: number;
}

const FORM = /^(\d{1,9}):(\d{1,15})(-(\d{1,15})?)?$/;

/**
 * `0:12-40`, `0:12-` to the end, or `0:12` alone. Gathers the ranges of an option that is given several times.
 *
 * @throws InvalidArgumentError
 */
export function parseOffsets(text: string, earlier: readonly PartitionOffsets[] = []): PartitionOffsets[] {
  const match = FORM.exec(text);
  const from = Number(match?.[2]);
  const to = match?.[3] === undefined ? from : Number(match[4] ?? Infinity);
  if (match === null || to < from)
    throw new InvalidArgumentError(
      'It must be <partition>:<from>-<to>, such as 0:120-140; 0:120 for one offset, 0:120- for all from there on.',
    );
  return [...earlier, { partition: Number(match[1]), from, to }];
}

export const isWithin = (ranges: readonly PartitionOffsets[], partition: number, offset: number): boolean =>
  ranges.some((range) => range.partition === partition && range.from <= offset && offset <= range.to);
