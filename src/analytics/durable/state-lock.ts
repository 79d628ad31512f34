import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LockFile } from './lock-file.js';
import { decodeHolder, describeHolder, encodeHolder } from './lock-holder.js';
import type { Holder } from './lock-holder.js';
import { StateLockError } from './state-lock-error.js';

const LOCK_NAME = 'lock';
const RETRY_MS = 250;
const REMIND_MS = 30_000;
/** A holder writes itself down right after it got the lock: so often a look waits for that. */
const LOOKS = 10;
const LOOK_EVERY_MS = 50;

export interface LockOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Told when somebody else has the lock, and again every 30 s while that is so; the holder as a phrase. */
  readonly onWaiting?: (holder: string) => void;
}

/**
 * The right to use a state directory: one process at a time has it. The kernel keeps it and ends it with the process,
 * however that ends; a process that is merely stopped keeps it. The file is never deleted: the lock belongs to it, not to
 * its name.
 */
export class StateLock {
  private holder: Holder = {
    pid: process.pid,
    host: hostname(),
    instance: randomUUID(),
    since: new Date().toISOString(),
  };
  /** One change of the text after the other. */
  private turn: Promise<void> = Promise.resolve();
  private released: Promise<void> | null = null;

  private constructor(
    private readonly file: LockFile,
    /** The incarnation that died with the lock before us; null when the last one ended in order, or there was none. */
    readonly former: Holder | null,
  ) {}

  /**
   * Takes the lock, at once or within a quarter of a second of its being free.
   *
   * @throws StateLockError when there can be no lock in that directory; the signal's reason when it is aborted
   */
  static async acquire(directory: string, { signal, onWaiting }: LockOptions = {}): Promise<StateLock> {
    let remindAt = 0;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const result = await StateLock.attempt(join(directory, LOCK_NAME));
      if (result instanceof StateLock) return result;
      // The first time the holder may have written nothing yet, or a command may only be looking who it is.
      if ((result !== null || attempt > 1) && performance.now() >= remindAt) {
        onWaiting?.(describeHolder(result));
        remindAt = performance.now() + REMIND_MS;
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Who holds the lock now, without taking it; null: nobody.
   *
   * @throws StateLockError when that cannot be found out
   */
  static async isHeld(directory: string): Promise<Holder | null> {
    const path = join(directory, LOCK_NAME);
    const file = await LockFile.look(path);
    if (file === null) return null;
    try {
      for (let look = 0; look < LOOKS; look++) {
        if (file.tryLock({ shared: true })) return null;
        const holder = decodeHolder(await file.read());
        if (holder !== null) return holder;
        await sleep(LOOK_EVERY_MS);
      }
    } finally {
      await file.close();
    }
    throw new StateLockError(path, `${path} is locked by a process that has not written down who it is.`);
  }

  /** @returns the lock, or who has it as far as that is known */
  private static async attempt(path: string): Promise<StateLock | Holder | null> {
    const file = await LockFile.open(path);
    let lock: StateLock | null = null;
    try {
      const taken = file.tryLock();
      const found = decodeHolder(await file.read());
      if (!taken || !(await file.isStillNamed())) return taken ? null : found;
      lock = new StateLock(file, found);
      // On a full disk it stays empty. It is still ours: only others cannot read whose it is.
      await lock.write().catch(() => undefined);
      return lock;
    } finally {
      if (lock === null) await file.close();
    }
  }

  /**
   * Adds to what is written down about us, for the one that finds it after a crash.
   *
   * @throws when the disk does not allow it: then nothing is written down
   */
  note(extra: Readonly<Record<string, unknown>>): Promise<void> {
    this.holder = { ...this.holder, ...extra };
    return this.write();
  }

  /** Ends it in order: the next one finds nobody written down. */
  release(): Promise<void> {
    return (this.released ??= this.turn.then(async () => {
      await this.file.clear().catch(() => undefined);
      await this.file.close();
    }));
  }

  private write(): Promise<void> {
    const text = encodeHolder(this.holder);
    const written = this.turn.then(() => (this.released === null ? this.file.write(text) : undefined));
    this.turn = written.catch(() => undefined);
    return written;
  }
}
