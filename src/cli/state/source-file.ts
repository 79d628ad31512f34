import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { writeWhole } from '../../analytics/durable/disk.js';
import { ENTRY_BYTES } from '../../analytics/durable/journal-entry.js';
import { HEADER_BYTES } from '../../analytics/durable/journal-header.js';
import { StateDirectory } from '../../analytics/durable/state-directory.js';
import type { StateFile } from '../../analytics/durable/state-directory.js';

const PIECE = 2 ** 20;

/** A file of the state, open: the service may delete it, and add to it if it is a journal. */
export class SourceFile {
  private copied = 0;

  private constructor(
    private readonly kind: StateFile,
    private readonly number: number,
    private readonly file: FileHandle,
  ) {}

  /** @throws an error with the code ENOENT when it is gone */
  static async open(directory: StateDirectory, kind: StateFile, number: number): Promise<SourceFile> {
    return new SourceFile(kind, number, await open(directory.pathOf(kind, number), 'r'));
  }

  /**
   * Copies what there is now, of a journal up to its last whole entry, under the same name.
   *
   * @returns bytes
   */
  async copy(directory: string, signal: AbortSignal): Promise<number> {
    const length = await this.wholeLength();
    const target = await open(StateDirectory.at(directory).pathOf(this.kind, this.number), 'wx', 0o600);
    try {
      const buffer = Buffer.allocUnsafe(PIECE);
      for (let done = 0; done < length;) {
        signal.throwIfAborted();
        const { bytesRead } = await this.file.read(buffer, 0, Math.min(PIECE, length - done), done);
        if (bytesRead === 0) break; // the checks of the copy will say so
        await writeWhole(target, buffer.subarray(0, bytesRead), done);
        done += bytesRead;
      }
      await target.sync();
    } finally {
      await target.close();
    }
    this.copied = length;
    return length;
  }

  /** Whether there is more now than was copied. */
  async hasGrown(): Promise<boolean> {
    return (await this.wholeLength()) !== this.copied;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async wholeLength(): Promise<number> {
    const { size } = await this.file.stat();
    if (this.kind === 'checkpoint') return size;
    return size < HEADER_BYTES ? 0 : size - ((size - HEADER_BYTES) % ENTRY_BYTES);
  }
}
