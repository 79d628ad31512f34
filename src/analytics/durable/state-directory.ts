import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import { diskFault, syncDirectory } from './disk.js';

/** What a generation consists of: a checkpoint, and the journal of what came after its instant. */
export type StateFile = 'checkpoint' | 'journal';

/** Which files of a generation are there. */
export interface Generation {
  readonly number: number;
  readonly checkpoint: boolean;
  readonly journal: boolean;
}

const NAME = /^(checkpoint|journal)-(0|[1-9]\d{0,14})$/;
const LEFTOVER = /^checkpoint-\d+\.part$/;
/** There was state, which somebody has removed on purpose. Until there is a checkpoint again. */
const RESET_MARK = 'reset';

/** The folder in which the service keeps its state: checkpoints and journals by generation. It leaves other files alone. */
export class StateDirectory {
  private constructor(readonly path: string) {}

  /**
   * Makes the folder, for this user only, or uses the one that is there.
   *
   * @throws InvalidSettingsError when it cannot be made or written to
   */
  static async open(path: string): Promise<StateDirectory> {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      const probe = join(path, `.probe-${randomUUID()}`);
      await writeFile(probe, '');
      await rm(probe);
    } catch (error) {
      throw new InvalidSettingsError([
        `STATE_DIR must be a folder that the service can write to; it cannot use ${path}: ${diskFault(error)}`,
      ]);
    }
    return new StateDirectory(path);
  }

  /** One that is there, to look at: nothing is made. */
  static at(path: string): StateDirectory {
    return new StateDirectory(path);
  }

  /** All generations of which there is a file, newest first. Whether the files are whole is another question. */
  async list(): Promise<readonly Generation[]> {
    const generations = new Map<number, Record<StateFile, boolean>>();
    for (const name of await readdir(this.path)) {
      const match = NAME.exec(name);
      if (match === null) continue;
      const number = Number(match[2]);
      const found = generations.get(number) ?? { checkpoint: false, journal: false };
      generations.set(number, { ...found, [match[1]]: true });
    }
    return [...generations]
      .map(([number, found]) => ({ number, ...found }))
      .sort((a, b) => b.number - a.number);
  }

  /** Where a file of a generation is, or would be. */
  pathOf(file: StateFile, generation: number): string {
    return join(this.path, `${file}-${generation}`);
  }

  /** Deletes all generations before `keepFrom`. */
  async prune(keepFrom: number): Promise<void> {
    await this.deleteBefore(keepFrom);
    if (await this.hasCheckpoint()) await rm(join(this.path, RESET_MARK), { force: true });
  }

  /**
   * Deletes all state on purpose: what cannot be counted again at the next start is no loss then. Only for the holder of the lock.
   *
   * @param lastSummary numbers of summaries go on behind this one, also where the cluster does not know them
   */
  async reset(lastSummary: number): Promise<void> {
    const last = Math.max(lastSummary, (await this.resetAt()) ?? 0);
    await writeFile(join(this.path, RESET_MARK), String(last), { mode: 0o600 });
    await syncDirectory(this.path);
    await this.removeLeftovers();
    await this.deleteBefore(Infinity);
    await syncDirectory(this.path);
  }

  /** Number of the last summary before a {@link reset}, 0: not known; null: it is not for that reason that there is no checkpoint, or there is one. */
  async resetAt(): Promise<number | null> {
    const isMarked = (await readdir(this.path)).includes(RESET_MARK);
    if (!isMarked || (await this.hasCheckpoint())) return null;
    const number = Number(await readFile(join(this.path, RESET_MARK), 'utf8'));
    return Number.isSafeInteger(number) && number > 0 ? number : 0;
  }

  private async hasCheckpoint(): Promise<boolean> {
    return (await this.list()).some(({ checkpoint }) => checkpoint);
  }

  private async deleteBefore(keepFrom: number): Promise<void> {
    const old = (await this.list()).filter(({ number }) => number < keepFrom).reverse();
    for (const { number } of old) {
      // The checkpoint first: a kill in between must not leave one whose journal is gone.
      await rm(this.pathOf('checkpoint', number), { force: true });
      await rm(this.pathOf('journal', number), { force: true });
    }
  }

  /** Deletes what a writer left behind when it was killed. Only for the holder of the lock: to another instance it may belong. */
  async removeLeftovers(): Promise<void> {
    for (const name of await readdir(this.path)) {
      if (LEFTOVER.test(name)) await rm(join(this.path, name), { force: true });
    }
  }
}
