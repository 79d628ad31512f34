import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ImageFacts, ImageSource } from '../state-image.js';
import { CorruptCheckpoint, MissingCheckpoint, UnreadableCheckpoint } from './checkpoint-errors.js';
import {
  checkHeader,
  decodeManifest,
  HEADER_BYTES,
  manifestBytes,
  TRAILER_BYTES,
} from './checkpoint-layout.js';
import type { CheckpointManifest, StoredColumn } from './checkpoint-manifest.js';

/** Bytes that are read at once: little enough that their checksum holds up nothing. */
const PIECE = 2 ** 20;

/**
 * Opens a checkpoint and checks all but its columns, which are checked when they are read.
 *
 * @throws CheckpointError when it is missing, damaged, or of another format
 */
export async function openCheckpoint(path: string): Promise<CheckpointReader> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new MissingCheckpoint(path) : new UnreadableCheckpoint(path, error);
  });
  try {
    return new CheckpointReader(path, file, await readManifest(file, path));
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A checkpoint that is open. To be closed. */
export class CheckpointReader implements ImageSource {
  private readonly columns = new Map<string, StoredColumn & { readonly start: number }>();

  constructor(
    readonly path: string,
    private readonly file: FileHandle,
    readonly manifest: CheckpointManifest,
  ) {
    let start = HEADER_BYTES;
    for (const column of manifest.columns) {
      this.columns.set(column.name, { ...column, start });
      start += column.bytes;
    }
  }

  get facts(): ImageFacts {
    return this.manifest.facts;
  }

  bytesOf(column: string): number | null {
    return this.columns.get(column)?.bytes ?? null;
  }

  /** @throws CorruptCheckpoint when the column is not what was written; `target` is of no use then */
  async read(column: string, target: Uint8Array): Promise<void> {
    const stored = this.columns.get(column);
    if (stored === undefined) throw new RangeError(`The checkpoint ${this.path} has no column ${column}`);
    if (target.length !== stored.bytes) {
      throw new RangeError(`Column ${column} has ${stored.bytes} bytes, not ${target.length}`);
    }
    let checksum = 0;
    for (let done = 0; done < target.length; done += PIECE) {
      const piece = target.subarray(done, done + PIECE);
      await readWhole(this.file, piece, stored.start + done, this.path);
      checksum = crc32(piece, checksum);
    }
    this.compare(stored, checksum);
  }

  /**
   * Reads all columns without keeping them.
   *
   * @throws CorruptCheckpoint when one is not what was written
   */
  async verify(): Promise<void> {
    const buffer = Buffer.allocUnsafe(PIECE);
    for (const stored of this.columns.values()) {
      let checksum = 0;
      for (let done = 0; done < stored.bytes; done += PIECE) {
        const piece = buffer.subarray(0, Math.min(PIECE, stored.bytes - done));
        await readWhole(this.file, piece, stored.start + done, this.path);
        checksum = crc32(piece, checksum);
      }
      this.compare(stored, checksum);
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private compare(stored: StoredColumn, checksum: number): void {
    if (checksum !== stored.crc32) {
      throw new CorruptCheckpoint(this.path, `its column ${stored.name} is not what was written`);
    }
  }
}

async function readManifest(file: FileHandle, path: string): Promise<CheckpointManifest> {
  const { size } = await file.stat();
  const header = Buffer.alloc(HEADER_BYTES);
  await readWhole(file, header, 0, path);
  checkHeader(header, path);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  await readWhole(file, trailer, Math.max(0, size - TRAILER_BYTES), path);
  const length = manifestBytes(trailer, path);
  const start = size - TRAILER_BYTES - length;
  if (start < HEADER_BYTES) throw new CorruptCheckpoint(path, 'it ends early');
  const json = Buffer.alloc(length);
  await readWhole(file, json, start, path);
  const manifest = decodeManifest(json, trailer, path);
  const columns = manifest.columns.reduce((sum, { bytes }) => sum + bytes, 0);
  if (HEADER_BYTES + columns !== start)
    throw new CorruptCheckpoint(path, 'it is not as long as its manifest says');
  return manifest;
}

/** @throws CorruptCheckpoint when the file ends before `target` is full, or the disk cannot read it */
async function readWhole(
  file: FileHandle,
  target: Uint8Array,
  position: number,
  path: string,
): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await file
      .read(target, done, target.length - done, position + done)
      .catch((error: NodeJS.ErrnoException) => {
        throw new CorruptCheckpoint(path, `the disk cannot read it (${error.code})`, { cause: error });
      });
    if (bytesRead === 0) throw new CorruptCheckpoint(path, 'it ends early');
    done += bytesRead;
  }
}
