import { close, constants, fstat, ftruncate, open, read, stat, write } from 'node:fs';
import { promisify } from 'node:util';
import type * as Native from 'fs-native-extensions';
import { diskFault } from './disk.js';
import { StateLockError } from './state-lock-error.js';

type NativeLocks = typeof Native;

const call = {
  close: promisify(close),
  fstat: promisify(fstat),
  ftruncate: promisify(ftruncate),
  open: promisify(open),
  read: promisify(read),
  stat: promisify(stat),
  write: promisify(write),
};

/** Far more than a holder writes down. */
const MOST_BYTES = 64 * 1024;

/**
 * A file that can be locked, and some text in it. It is kept by its descriptor and not by a `FileHandle`, which would be
 * closed, and the lock lost, as soon as nobody refers to it any more.
 */
export class LockFile {
  private constructor(
    private readonly path: string,
    private readonly fd: number,
    private readonly native: NativeLocks,
  ) {}

  /**
   * Opens it for taking the lock, and makes it if there is none.
   *
   * @throws StateLockError
   */
  static open(path: string): Promise<LockFile> {
    return LockFile.openWith(path, constants.O_RDWR | constants.O_CREAT);
  }

  /**
   * Opens it for looking only. Null: there is none.
   *
   * @throws StateLockError
   */
  static async look(path: string): Promise<LockFile | null> {
    try {
      return await LockFile.openWith(path, constants.O_RDONLY);
    } catch (error) {
      if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return null;
      throw error;
    }
  }

  private static async openWith(path: string, flags: number): Promise<LockFile> {
    const native = await loadNative(path);
    const fd = await call.open(path, flags, 0o600).catch((error: unknown) => {
      const text = `The lock ${path} cannot be opened: ${diskFault(error)}.`;
      throw new StateLockError(path, text, { cause: error });
    });
    return new LockFile(path, fd, native);
  }

  /**
   * @returns whether the lock is ours: until the file is closed or the process ends, however that happens
   * @throws StateLockError when this file cannot be locked at all
   */
  tryLock({ shared = false } = {}): boolean {
    try {
      return this.native.tryLock(this.fd, { shared });
    } catch (error) {
      throw lockFault(this.path, error);
    }
  }

  /** Whether the name still means this file: somebody may have deleted it, and then others lock another one. */
  async isStillNamed(): Promise<boolean> {
    const [ours, named] = await Promise.all([call.fstat(this.fd), call.stat(this.path).catch(() => null)]);
    return named !== null && named.ino === ours.ino && named.dev === ours.dev;
  }

  async read(): Promise<Buffer> {
    const buffer = Buffer.alloc(MOST_BYTES);
    const { bytesRead } = await call.read(this.fd, buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  }

  /** Replaces the text. Should that fail, there is none. */
  async write(text: Buffer): Promise<void> {
    try {
      const { bytesWritten } = await call.write(this.fd, text, 0, text.length, 0);
      await call.ftruncate(this.fd, bytesWritten === text.length ? bytesWritten : 0);
    } catch (error) {
      await this.clear();
      throw error;
    }
  }

  async clear(): Promise<void> {
    await call.ftruncate(this.fd, 0);
  }

  /** Ends the lock, too. */
  async close(): Promise<void> {
    await call.close(this.fd);
  }
}

/** Loaded when it is needed: where there is no build of it, the error has to say what that means. */
async function loadNative(path: string): Promise<NativeLocks> {
  try {
    return await import('fs-native-extensions');
  } catch (error) {
    throw new StateLockError(
      path,
      `STATE_DIR cannot be locked on this platform (${process.platform}-${process.arch}): ` +
        `the package fs-native-extensions has no build for it. Run the service on another one, or with another STATE_STORE.`,
      { cause: error },
    );
  }
}

/** What it means that a file cannot be locked. */
export function lockFault(path: string, error: unknown): StateLockError {
  const { code } = error as NodeJS.ErrnoException;
  return new StateLockError(
    path,
    `${path} cannot be locked (${code}): its file system has no locks, or they are switched off. ` +
      `STATE_DIR has to be on one that has, such as a local disk.`,
    { cause: error },
  );
}
