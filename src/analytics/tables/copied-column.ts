import type { ImageColumn } from '../state-image.js';
import { CHUNK_BYTES } from './row-image.js';

/** A column that is small enough to be copied at once. */
export class CopiedColumn implements ImageColumn {
  readonly bytes: number;
  private readonly copy: Uint8Array;
  private cursor = 0;

  constructor(
    readonly name: string,
    array: Int32Array | Uint8Array,
  ) {
    this.copy = new Uint8Array(array.byteLength);
    this.copy.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    this.bytes = this.copy.length;
  }

  next(): Uint8Array | null {
    if (this.cursor === this.bytes) return null;
    const part = this.copy.subarray(this.cursor, this.cursor + CHUNK_BYTES);
    this.cursor += part.length;
    return part;
  }
}
