import type { ImageColumn } from '../state-image.js';

/** An array of 32-bit words, so many of them a row. */
export interface RowArray {
  /** Of the column in an image. */
  readonly name: string;
  readonly words: Int32Array;
  readonly stride: number;
}

export const CHUNK_BYTES = 256 * 1024;
/** Rows whose places are looked up in one array, made when the first of them is put aside. */
const BLOCK_BITS = 12;
const BLOCK_ROWS = 2 ** BLOCK_BITS;
/** Rows that are put aside into one array: small enough to be made in between. */
const ASIDE_BITS = 10;
const ASIDE_ROWS = 2 ** ASIDE_BITS;

/**
 * The rows of a table as they were at one instant, handed out part by part while the table goes on changing: whoever is about to
 * write a row has to {@link keep} it first. A row that was not handed out yet is put aside then, once.
 */
export class RowImage {
  readonly columns: readonly ImageColumn[];
  private readonly parts: readonly RowColumn[];
  /** By block of rows, then by row: the number of its copy plus one. */
  private readonly places: (Int32Array | null)[];
  private readonly aside: Int32Array[] = [];
  private copies = 0;
  /** Rows before this one were handed out in every array. */
  private done = 0;
  private isOpen = true;
  /** Words of a row in all arrays. */
  private readonly width: number;
  private readonly chunk = new Int32Array(CHUNK_BYTES / 4);

  /**
   * @param arrays with the same row numbers
   * @param rows how many there are at this instant
   */
  constructor(
    arrays: readonly RowArray[],
    private readonly rows: number,
  ) {
    let start = 0;
    this.parts = arrays.map((array) => {
      const part = new RowColumn(this, array, rows, start);
      start += array.stride;
      return part;
    });
    this.columns = this.parts;
    this.width = start;
    this.places = new Array<Int32Array | null>(Math.ceil(rows / BLOCK_ROWS)).fill(null);
  }

  /** The row is about to be written. */
  keep(row: number): void {
    if (row >= this.rows || row < this.done) return;
    const places = (this.places[row >>> BLOCK_BITS] ??= new Int32Array(BLOCK_ROWS));
    const place = row & (BLOCK_ROWS - 1);
    if (places[place] !== 0) return;
    const copy = this.copies++;
    places[place] = copy + 1;
    if ((copy & (ASIDE_ROWS - 1)) === 0) this.aside.push(new Int32Array(ASIDE_ROWS * this.width));
    const aside = this.aside[copy >>> ASIDE_BITS];
    let to = (copy & (ASIDE_ROWS - 1)) * this.width;
    for (const { array } of this.parts) {
      const { words, stride } = array;
      const from = row * stride;
      for (let word = 0; word < stride; word++) aside[to++] = words[from + word];
    }
  }

  /** Nothing is put aside any more, and nothing can be handed out. */
  close(): void {
    this.isOpen = false;
    this.aside.length = 0;
  }

  /** Rows as they were, in an array that the next call uses again. */
  read({ array: { words, stride }, start }: RowColumn, from: number, to: number): Uint8Array {
    if (!this.isOpen) throw new Error('the image was released before it was read to its end');
    const { chunk } = this;
    chunk.set(words.subarray(from * stride, to * stride));
    for (let row = from; row < to;) {
      const places = this.places[row >>> BLOCK_BITS];
      const end = Math.min(to, (row | (BLOCK_ROWS - 1)) + 1);
      if (places === null) {
        row = end;
        continue;
      }
      for (; row < end; row++) {
        const copy = places[row & (BLOCK_ROWS - 1)] - 1;
        if (copy < 0) continue;
        const aside = this.aside[copy >>> ASIDE_BITS];
        const at = (copy & (ASIDE_ROWS - 1)) * this.width + start;
        for (let word = 0; word < stride; word++) chunk[(row - from) * stride + word] = aside[at + word];
      }
    }
    return new Uint8Array(chunk.buffer, 0, 4 * (to - from) * stride);
  }

  /** Some more rows were handed out. */
  advance(): void {
    this.done = Math.min(...this.parts.map(({ cursor }) => cursor));
  }
}

/** One array of an image. */
class RowColumn implements ImageColumn {
  readonly name: string;
  readonly bytes: number;
  /** The first row that was not handed out yet. */
  cursor = 0;
  private readonly rowsAtOnce: number;

  /** @param start where its words begin in a row that was put aside */
  constructor(
    private readonly image: RowImage,
    readonly array: RowArray,
    private readonly rows: number,
    readonly start: number,
  ) {
    this.name = array.name;
    this.bytes = 4 * rows * array.stride;
    this.rowsAtOnce = Math.floor(CHUNK_BYTES / 4 / array.stride);
  }

  next(): Uint8Array | null {
    const from = this.cursor;
    if (from === this.rows) return null;
    const to = Math.min(this.rows, from + this.rowsAtOnce);
    const bytes = this.image.read(this, from, to);
    this.cursor = to;
    this.image.advance();
    return bytes;
  }
}
