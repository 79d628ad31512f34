import { randomInt } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppendRound } from './append-round.js';
import { Backoff } from './backoff.js';
import { diskFault, syncDirectory, writeWhole } from './disk.js';
import { EntryBuffer } from './entry-buffer.js';
import type { JournalEntry } from './journal-entry.js';
import { ENTRY_BYTES } from './journal-entry.js';
import { JournalError } from './journal-error.js';
import { encodeHeader, HEADER_BYTES } from './journal-header.js';

/** How long a journal bears with its disk. */
export interface JournalLimits {
  /** No append waits longer, in milliseconds. */
  readonly patienceMs: number;
  /** So many entries at most wait in memory for the disk. */
  readonly keptEntries: number;
}

const LIMITS: JournalLimits = { patienceMs: 2_000, keptEntries: 100_000 };

/**
 * A file of what changed the state, in order. An entry is safe from the end of this process as soon as the operating
 * system has it; it is not forced onto the disk, so a power cut can cost the last seconds.
 *
 * The stream must not stop because of it: when the disk is full, broken or too slow, entries wait in memory and are
 * tried again, and {@link trouble} says so.
 */
export class Journal {
  private filling = new EntryBuffer();
  /** What is being written, or is to be tried again. */
  private writing = new EntryBuffer();
  private accepted = 0;
  private written = 0;
  private round: AppendRound | null = null;
  private fault: string | null = null;
  private givenUp = 0;
  private running: Promise<void> | null = null;
  private closed: Promise<void> | null = null;
  private readonly backoff = new Backoff();
  private drains: { readonly entries: number; readonly resolve: () => void }[] = [];

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly salt: number,
    private readonly limits: JournalLimits,
  ) {}

  /**
   * Makes an empty journal. Its name and beginning are on the disk when this resolves.
   *
   * @param decisions digest of the settings that decide what is in it; undefined: no batch will be
   * @throws JournalError `not_created`: the disk does not allow it, or there is such a file
   */
  static async create(
    path: string,
    { limits = LIMITS, decisions }: { readonly limits?: JournalLimits; readonly decisions?: string } = {},
  ): Promise<Journal> {
    const salt = randomInt(2 ** 32);
    let file: FileHandle | null = null;
    try {
      file = await open(path, 'wx', 0o600);
      await writeWhole(file, encodeHeader({ salt, decisions }), 0);
      await file.sync();
      await syncDirectory(dirname(path));
      return new Journal(path, file, salt, limits);
    } catch (error) {
      if (file !== null) {
        await file.close().catch(() => undefined);
        await rm(path, { force: true }).catch(() => undefined);
      }
      const text = `The journal ${path} cannot be made: ${diskFault(error)}.`;
      throw new JournalError('not_created', path, text, { cause: error });
    }
  }

  /** Entries appended, be they written or waiting. */
  get entries(): number {
    return this.accepted;
  }

  /** Bytes in the file. */
  get bytes(): number {
    return HEADER_BYTES + this.written * ENTRY_BYTES;
  }

  /** Whether entries were given up because too many had to wait: what is in the file is right, but it ends early. */
  get incomplete(): boolean {
    return this.givenUp > 0;
  }

  /** What is wrong, for operators; null as soon as everything is written. */
  get trouble(): string | null {
    const waiting = this.accepted - this.written;
    if (this.givenUp > 0) {
      return (
        `The journal ${this.path} ends early: ${this.givenUp} entries found no room in memory while it could not be ` +
        `written${this.fault === null ? '' : ` (${this.fault})`}. The next checkpoint makes up for it.`
      );
    }
    if (this.fault === null) return null;
    return (
      `The journal ${this.path} cannot be written: ${this.fault}. ${waiting} entries wait in memory; ` +
      `if the service is killed before they are written, its state cannot be made again exactly.`
    );
  }

  /**
   * Writes the entry behind all that were appended before. Resolves when the operating system has it, or as soon as the disk
   * is in trouble; never rejects for the disk's sake, and never waits longer than 2 seconds.
   */
  append(entry: JournalEntry): Promise<void> {
    if (this.closed !== null) throw new Error(`The journal ${this.path} is closed`);
    if (this.givenUp > 0 || this.accepted - this.written >= this.limits.keptEntries) {
      this.givenUp++;
      return Promise.resolve();
    }
    this.filling.add(entry, this.accepted++, this.salt);
    const waiting = this.fault === null ? (this.round ??= new AppendRound()).done : Promise.resolve();
    this.running ??= this.run();
    return waiting;
  }

  /** When all that was appended until now is written. While the disk is in trouble that may never be. */
  drained(): Promise<void> {
    if (this.written === this.accepted) return Promise.resolve();
    return new Promise((resolve) => this.drains.push({ entries: this.accepted, resolve }));
  }

  /**
   * Writes what waits, if the disk lets it in one more attempt, and closes the file: {@link trouble} says what is missing.
   * Waits for a disk no longer than an append does.
   */
  close(): Promise<void> {
    return (this.closed ??= this.finish());
  }

  private async finish(): Promise<void> {
    this.backoff.end();
    const end = (this.running ?? Promise.resolve())
      .then(() => this.file.close())
      .catch((error: unknown) => {
        this.fault ??= diskFault(error);
      });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.limits.patienceMs);
    });
    await Promise.race([end, patience]);
    clearTimeout(timer);
  }

  /** Writes until nothing waits: one write at a time, and what was appended meanwhile goes into the next one. */
  private async run(): Promise<void> {
    while (this.written < this.accepted) {
      const last = this.closed !== null;
      const all = this.writing.count === 0;
      if (all) [this.writing, this.filling] = [this.filling, this.writing];
      const result = await this.attempt();
      if (result !== 'failed') {
        this.backoff.reset();
        if (all && result === 'written') this.fault = null;
      } else if (last) {
        break;
      } else {
        await this.backoff.pause();
      }
    }
    if (this.written === this.accepted) this.fault = null;
    this.running = null;
  }

  /** Writes at the place of the first entry that is not written, so that a write that was torn is written over. */
  private async attempt(): Promise<'written' | 'slowly written' | 'failed'> {
    const { writing, round } = this;
    this.round = null;
    const since = round?.since ?? performance.now();
    let slow = false;
    const timer = setTimeout(
      () => {
        slow = true;
        this.fail(`the disk takes longer than ${this.limits.patienceMs} ms`, round);
      },
      since + this.limits.patienceMs - performance.now(),
    );
    try {
      await writeWhole(this.file, writing.bytes, this.bytes);
    } catch (error) {
      this.fail(diskFault(error), round);
      return 'failed';
    } finally {
      clearTimeout(timer);
    }
    this.written += writing.count;
    writing.clear();
    round?.release();
    this.releaseDrains();
    return slow ? 'slowly written' : 'written';
  }

  /** From now on appends do not wait, nor do those that have begun to. */
  private fail(fault: string, round: AppendRound | null): void {
    this.fault = fault;
    round?.release();
    this.round?.release();
    this.round = null;
  }

  private releaseDrains(): void {
    while (this.drains.length > 0 && this.drains[0].entries <= this.written) this.drains.shift()!.resolve();
  }
}
