/** A table's arrays by name: views of its live memory, to be copied before the table changes again. */
export type Columns = Record<string, ArrayBufferView>;

/** A table's single numbers by name. */
export type Scalars = Record<string, number>;

/** What a checkpoint needs of a table: its whole state as buffers, and back. */
export interface TableState {
  columns(): Columns;
  scalars(): Scalars;
  /**
   * Replaces the state by one that a table with the same settings gave; one with a smaller capacity will do.
   *
   * @throws RangeError when something is missing or does not fit; what the table holds is undefined then
   */
  restore(columns: Columns, scalars: Scalars): void;
}

/** An array that {@link TableState.columns} gave, or a copy of its bytes, as 32-bit words. */
export function int32Column(columns: Columns, name: string): Int32Array {
  const { buffer, byteOffset, byteLength } = bytesOf(columns, name);
  if (byteLength % 4 !== 0) throw new RangeError(`column ${name} is not made of 32-bit words`);
  if (byteOffset % 4 === 0) return new Int32Array(buffer, byteOffset, byteLength / 4);
  return new Int32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** The same as bytes. */
export function bytesOf(columns: Columns, name: string): Uint8Array {
  const column = columns[name];
  if (column === undefined) throw new RangeError(`column ${name} is missing`);
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

/** @throws RangeError unless it is a whole number from 0 to `max` */
export function scalar(scalars: Scalars, name: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = scalars[name];
  if (!Number.isSafeInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${name} must be a whole number from 0 to ${max}, and is ${value}`);
  }
  return value;
}

/** Copies a column, which must have so many words, into an array of the table, whose rest becomes zero. */
export function fill(target: Int32Array, columns: Columns, name: string, words = target.length): void {
  const source = int32Column(columns, name);
  if (source.length !== words) {
    throw new RangeError(`column ${name} must have ${words} words, and has ${source.length}`);
  }
  target.set(source);
  target.fill(0, words);
}
