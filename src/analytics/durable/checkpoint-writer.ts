import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ImageColumn, StateImage } from '../state-image.js';
import { CheckpointNotWritten } from './checkpoint-errors.js';
import { encodeEnd, encodeHeader, HEADER_BYTES } from './checkpoint-layout.js';
import { CHECKPOINT_FORMAT } from './checkpoint-manifest.js';
import type { CheckpointDescription, StoredColumn } from './checkpoint-manifest.js';
import { diskFault, syncDirectory, writeWhole } from './disk.js';

/** What the name of a checkpoint ends with until it is whole. */
export const PART_SUFFIX = '.part';

/** So that the disk gets its work bit by bit and not all at the end, where it would hold up the journal's. In bytes. */
const FLUSH_EVERY = 32 * 2 ** 20;

/**
 * Writes the state to `path`, in place of what was there: whoever looks finds the former file or the new one, also after
 * a kill or a power cut. One part of at most 256 KiB after the other, so that nothing waits long while it is written.
 *
 * The image is released as soon as it is read, and in every case.
 *
 * @returns the size of the file
 * @throws CheckpointNotWritten when the disk does not allow it; the signal's reason when it is aborted
 */
export async function writeCheckpoint(
  path: string,
  description: CheckpointDescription,
  image: StateImage,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ bytes: number }> {
  const part = path + PART_SUFFIX;
  const release = once(() => image.release());
  try {
    signal?.throwIfAborted();
    const bytes = await writePart(part, description, image, release, signal);
    await rename(part, path);
    await syncDirectory(dirname(path));
    return { bytes };
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CheckpointNotWritten(path, `The checkpoint ${path} cannot be written: ${diskFault(error)}.`, {
      cause: error,
    });
  } finally {
    release();
  }
}

/** @param release to be called when the image is read */
async function writePart(
  part: string,
  description: CheckpointDescription,
  { facts, columns }: StateImage,
  release: () => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  const file = await open(part, 'w', 0o600);
  try {
    await writeWhole(file, encodeHeader(), 0);
    const stored: StoredColumn[] = [];
    let position = HEADER_BYTES;
    for (const column of columns) {
      stored.push(await writeColumn(file, column, position, signal));
      position += column.bytes;
    }
    release();
    const end = encodeEnd({ ...description, format: CHECKPOINT_FORMAT, facts, columns: stored });
    await writeWhole(file, end, position);
    await file.sync();
    signal?.throwIfAborted();
    return position + end.length;
  } finally {
    await file.close();
  }
}

async function writeColumn(
  file: FileHandle,
  column: ImageColumn,
  start: number,
  signal: AbortSignal | undefined,
): Promise<StoredColumn> {
  const { name, bytes } = column;
  let checksum = 0;
  let done = 0;
  let flushed = 0;
  for (let part = column.next(); part !== null; part = column.next()) {
    checksum = crc32(part, checksum);
    await writeWhole(file, part, start + done);
    done += part.length;
    if (done - flushed >= FLUSH_EVERY) {
      await file.datasync();
      flushed = done;
    }
    signal?.throwIfAborted();
  }
  if (done !== bytes) throw new Error(`Column ${name} was to have ${bytes} bytes and has ${done}`);
  return { name, bytes, crc32: checksum };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
