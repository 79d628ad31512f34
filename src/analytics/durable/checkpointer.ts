import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckpointDescription } from './checkpoint-manifest.js';
import { writeCheckpoint } from './checkpoint-writer.js';
import type { DurableStateStore } from './durable-state-store.js';
import { digestOf } from './journal-header.js';
import { Journal } from './journal.js';
import type { PositionOf } from './positions.js';
import { Purge } from './purge.js';
import type { StateDirectory } from './state-directory.js';

/** What does not change while the process runs. */
export type Identity = Pick<CheckpointDescription, 'identity' | 'decisions' | 'serviceVersion'>;

export interface CheckpointerOptions {
  readonly everySeconds: number;
  readonly identity: Identity;
  /** Number of the newest checkpoint or journal that is there; new ones are numbered on. */
  readonly lastId: number;
  /** The checkpoint that state was recovered from; null when there was none. */
  readonly recoveredFrom: number | null;
}

/** What the last checkpoint was like, for metrics. */
export interface CheckpointFigures {
  /** Milliseconds since 1970; 0 before the first. */
  readonly at: number;
  readonly bytes: number;
  /** How long batches had to wait for it. */
  readonly pauseSeconds: number;
  readonly seconds: number;
  readonly failures: number;
}

interface Written {
  readonly id: number;
  readonly positions: ReadonlyMap<number, PositionOf>;
  /** Number of its last summary. */
  readonly sequence: number;
}

const LOOK_EVERY_MS = 250;
/** How soon it is tried again when the disk has refused. */
const AGAIN_AFTER_MS = 5_000;

/**
 * Writes the state to its directory every so often, and begins a new journal with each time. A checkpoint replaces the one before when
 * everything that it counts is committed: until then a restart needs the older one, with the journals since.
 */
export class Checkpointer {
  /** Why the state cannot be written, in a sentence for operators; null: it can. */
  private failure: string | null = null;
  private journal: Journal | null = null;
  /** Journals that are not written to any more, until no restart needs them. */
  private readonly former = new Map<number, Journal>();
  private readonly logger = new Logger('State');
  private id: number;
  /** The newest one that a restart can begin with. */
  private valid: number | null;
  /** The newest one, while it counts outcomes that are not committed. */
  private pending: Written | null = null;
  private writtenVersion = -1;
  /** Files of earlier generations are gone, or will be soon. */
  private keptFrom = 0;
  private readonly purge = new Purge();
  private running: Promise<void> | null = null;
  private dueAt = 0;
  private readonly over = new AbortController();
  private measured: CheckpointFigures = { at: 0, bytes: 0, pauseSeconds: 0, seconds: 0, failures: 0 };

  constructor(
    private readonly store: DurableStateStore,
    private readonly directory: StateDirectory,
    private readonly options: CheckpointerOptions,
  ) {
    this.id = options.lastId;
    this.valid = options.recoveredFrom;
  }

  get trouble(): string | null {
    const inFormer = [...this.former.values()].find(({ trouble }) => trouble !== null)?.trouble;
    return this.failure ?? this.journal?.trouble ?? inFormer ?? null;
  }

  get figures(): CheckpointFigures {
    return this.measured;
  }

  /** Begins a journal, and a first checkpoint in the background: from then on a crash loses nothing. On a full disk that comes later. */
  async start(): Promise<void> {
    await this.turnJournal().catch((error: Error) => this.failed(error));
    void this.goRound();
  }

  /** Writes one as soon as may be, whatever the time. */
  request(): void {
    this.dueAt = 0;
  }

  /**
   * Resolves when no file has what state had before it was changed last. That takes two checkpoints, as two are kept; both are written
   * as soon as may be. While the disk refuses them, or what they count cannot be committed, it takes longer.
   */
  purged(): Promise<void> {
    const done = this.purge.until(this.id);
    this.request();
    return done;
  }

  /** A last one, if everything that was applied is committed; else the journal has to do. */
  async stop(): Promise<void> {
    this.over.abort();
    await this.running;
    this.settlePending();
    if (this.hasChanged && this.store.isSettled(this.store.positions, this.store.sequence))
      await this.write().catch((error: Error) => this.failed(error));
    this.settlePending();
    const journals = [...this.former.values(), ...(this.journal === null ? [] : [this.journal])];
    await Promise.all(journals.map((journal) => journal.close()));
  }

  private async goRound(): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted) {
      this.settlePending();
      if (this.hasChanged && this.pending === null && performance.now() >= this.dueAt) {
        this.dueAt = performance.now() + this.options.everySeconds * 1_000;
        this.running = this.write().then(
          () => this.succeeded(),
          (error: Error) => this.failed(error),
        );
        await this.running;
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private get hasChanged(): boolean {
    const isChanged = this.store.changes !== this.writtenVersion || this.purge.wants(this.keptFrom);
    return this.store.isWhole && isChanged;
  }

  private async write(): Promise<void> {
    const started = performance.now();
    const journal = await this.newJournal();
    const paused = performance.now();
    // Nothing may come between these: the journal begins where the image ends.
    const { image, positions, sequence } = this.store.image();
    this.writtenVersion = this.store.changes;
    this.useJournal(journal);
    const pauseSeconds = (performance.now() - paused) / 1000;
    const description: CheckpointDescription = {
      createdAt: Date.now(),
      ...this.options.identity,
      layout: this.store.layout,
      positions: Object.fromEntries(positions),
    };
    const { id } = this;
    try {
      const { bytes } = await writeCheckpoint(this.directory.pathOf('checkpoint', id), description, image);
      const seconds = (performance.now() - started) / 1000;
      this.measured = {
        at: description.createdAt,
        bytes,
        pauseSeconds,
        seconds,
        failures: this.measured.failures,
      };
      this.pending = { id, positions, sequence };
      this.settlePending();
    } catch (error) {
      this.writtenVersion = -1;
      throw error;
    } finally {
      image.release();
    }
  }

  /** What the newest one counts may be committed by now: then nothing older than the one before it is needed. */
  private settlePending(): void {
    if (this.pending === null || !this.store.isSettled(this.pending.positions, this.pending.sequence)) return;
    const former = this.valid;
    this.valid = this.pending.id;
    this.pending = null;
    for (const id of this.former.keys()) if (id < this.valid) this.former.delete(id);
    void this.prune(former ?? this.valid);
    if (this.purge.wants(this.keptFrom)) this.request();
  }

  private async prune(keepFrom: number): Promise<void> {
    const before = this.keptFrom;
    this.keptFrom = keepFrom;
    try {
      await this.directory.prune(keepFrom);
      this.purge.gone(keepFrom);
    } catch (error) {
      this.keptFrom = Math.min(this.keptFrom, before);
      this.logger.warn(`Old checkpoints could not be removed: ${(error as Error).message}`);
    }
  }

  private async turnJournal(): Promise<void> {
    this.useJournal(await this.newJournal());
  }

  private newJournal(): Promise<Journal> {
    const decisions = digestOf(this.options.identity.decisions);
    return Journal.create(this.directory.pathOf('journal', this.id + 1), { decisions });
  }

  private useJournal(journal: Journal): void {
    if (this.journal !== null) {
      this.former.set(this.id, this.journal);
      void this.journal.close();
    }
    this.id++;
    this.journal = journal;
    this.store.writeTo(journal, () => this.request());
  }

  private succeeded(): void {
    if (this.failure !== null) this.logger.log('State is written again');
    this.failure = null;
  }

  private failed(error: Error): void {
    if (this.failure === null)
      this.logger.error(
        `State cannot be written: ${error.message.replace(/\.$/, '')}. The stream goes on; after a crash all since the last checkpoint is read again.`,
      );
    this.failure = error.message;
    this.dueAt = Math.min(this.dueAt, performance.now() + AGAIN_AFTER_MS);
    this.measured = { ...this.measured, failures: this.measured.failures + 1 };
  }
}
