import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Writes all of it: one call of the operating system may write less, for example up to where the disk is full. */
export async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Makes sure that names that were made or changed in the directory outlast a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } catch (error) {
    // Some file systems, mostly those on a network, do not know this and need it not.
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await directory.close();
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free space on it',
  EDQUOT: 'the disk quota is used up: raise it, or free space',
  EFBIG: 'the file is larger than the operating system allows: raise the limit of file sizes',
  EROFS: 'the file system is read-only: mount it for writing',
  EACCES: 'the service is not allowed to write there: give it the folder',
  EPERM: 'the service is not allowed to write there: give it the folder',
  EIO: 'the disk is failing: look into the log of the operating system',
  ENOENT: 'the folder is gone: make it again',
  EMFILE: 'the process has too many files open: raise its limit',
};

/** What went wrong with a file, and what to do about it if that is known; as a phrase. */
export function diskFault(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  return code in ADVICE ? `${ADVICE[code]} (${code})` : message;
}
