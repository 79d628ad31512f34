import { createHash } from 'node:crypto';
import { hasUnsafeNumber } from '../../ingest/decode-integers.js';
import { shapeOf } from '../../ingest/decode-shape.js';

/** A writer of JSON overflows at some thousands of levels. */
const MOST_LEVELS = 1_000;

/** New values for dead letters, by their position in the error topic. */
export class EditedValues {
  private constructor(
    private readonly values: ReadonlyMap<number, ReadonlyMap<number, Buffer>>,
    /** Of the positions and the values, in whatever order they stood. */
    readonly digest: string,
  ) {}

  /**
   * A line of JSON for each: `{"partition":0,"offset":12,"value":…}`, the value an object, or a text whose bytes are the value.
   * Empty lines are skipped.
   *
   * @returns the values, or what is wrong with which line
   */
  static parse(text: string): EditedValues | readonly string[] {
    const faults: string[] = [];
    const values = new Map<number, Map<number, Buffer>>();
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const entry = parseLine(line);
      if (typeof entry === 'string') {
        faults.push(`Line ${index + 1}: ${entry}`);
        continue;
      }
      const ofPartition = values.get(entry.partition) ?? new Map<number, Buffer>();
      values.set(entry.partition, ofPartition);
      if (ofPartition.has(entry.offset)) faults.push(`Line ${index + 1}: ${nameOf(entry)} is there twice.`);
      ofPartition.set(entry.offset, entry.value);
    }
    if (faults.length === 0 && values.size === 0) faults.push('There is no line in it.');
    return faults.length > 0 ? faults : new EditedValues(values, digestOf(values));
  }

  /** Undefined: it is not one of them. */
  of(partition: number, offset: number): Buffer | undefined {
    return this.values.get(partition)?.get(offset);
  }

  has(partition: number, offset: number): boolean {
    return this.of(partition, offset) !== undefined;
  }

  /** The first and the last offset of a partition; null when there is none. */
  span(partition: number): { first: number; last: number } | null {
    const offsets = [...(this.values.get(partition)?.keys() ?? [])];
    if (offsets.length === 0) return null;
    return {
      first: offsets.reduce((least, offset) => Math.min(least, offset)),
      last: offsets.reduce((most, offset) => Math.max(most, offset)),
    };
  }

  /** All positions, as `partition:offset`. */
  positions(): { partition: number; offset: number }[] {
    return [...this.values].flatMap(([partition, its]) =>
      [...its.keys()].map((offset) => ({ partition, offset })),
    );
  }
}

interface Entry {
  readonly partition: number;
  readonly offset: number;
  readonly value: Buffer;
}

/** The entry of a line, or what is wrong with it. No value is repeated. */
function parseLine(line: string): Entry | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'it is not JSON.';
  }
  if (!isObject(json)) return 'it is no object.';
  const { partition, offset, value, ...others } = json;
  const [other] = Object.keys(others);
  if (other !== undefined) return 'it may have partition, offset and value only.';
  if (!isPosition(partition) || !isPosition(offset))
    return 'partition and offset must be whole numbers of at least 0.';
  if (typeof value === 'string') return { partition, offset, value: Buffer.from(value) };
  if (!isObject(value)) return 'value must be an object or a text.';
  if (shapeOf(value, MOST_LEVELS).depth >= MOST_LEVELS)
    return 'it is nested too deeply: give the value as a text.';
  if (hasUnsafeNumber(line, MOST_LEVELS))
    return 'a number in it is too large to be kept exactly: give the value as a text.';
  return { partition, offset, value: Buffer.from(JSON.stringify(value)) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const nameOf = ({ partition, offset }: Entry): string => `${partition}:${offset}`;

function digestOf(values: ReadonlyMap<number, ReadonlyMap<number, Buffer>>): string {
  const lines = [...values].flatMap(([partition, its]) =>
    [...its].map(([offset, value]) => `${partition}:${offset}:${value.toString('base64')}`),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
