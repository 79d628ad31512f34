import { Injectable, Logger } from '@nestjs/common';
import { ErrorLimitSettings } from '../config/error-limit.settings.js';
import type { BatchLease } from './batch-lease.js';
import { ErrorHistory } from './error-limit-history.js';
import { pauseAt, pauseText } from './error-limit-pause.js';
import type { PartitionPause } from './error-limit-pause.js';
import { PauseControl } from './error-limit-port.js';
import { Rejected } from './outcome.js';
import type { Outcome } from './outcome.js';
import type { RawBatch } from './raw-record.js';

/** A batch that may be applied. */
export interface Admission {
  /** To be called when it is applied: from then on its records are the partition's latest. */
  accept(): void;
}

interface Judged {
  readonly history: ErrorHistory;
  /** Until it is armed, a resumed partition's records pass, however many are errors. */
  readonly resumed: { readonly first: number; readonly end: number } | null;
  readonly pause: PartitionPause | null;
}

const UNLIMITED: Admission = { accept: () => undefined };

/** Where nothing is ever held back. */
export const NO_ERROR_LIMIT: Pick<ErrorLimit, 'admit'> = { admit: () => UNLIMITED };

/**
 * Stops a partition in which too much is in error, before anything of the batch that would reach the limit is applied.
 * What is known of a partition is this process's own and lasts as long as the partition is its: nothing is stored.
 */
@Injectable()
export class ErrorLimit {
  private readonly logger = new Logger('ErrorLimit');
  private readonly partitions = new Map<number, Judged>();
  private onPause: () => void = () => undefined;

  constructor(
    private readonly settings: ErrorLimitSettings,
    private readonly pauses: PauseControl,
  ) {
    pauses.whenAssigned((owned) => this.forgetOthers(owned));
  }

  get isOn(): boolean {
    return this.settings.percent > 0 || this.settings.consecutive > 0;
  }

  /** The paused partitions of this instance, in their order. */
  get paused(): PartitionPause[] {
    return [...this.partitions.values()]
      .flatMap(({ pause }) => pause ?? [])
      .sort((a, b) => a.partition - b.partition);
  }

  pauseOf(partition: number): PartitionPause | null {
    return this.partitions.get(partition)?.pause ?? null;
  }

  /** Registers who counts pauses. */
  whenPaused(onPause: () => void): void {
    this.onPause = onPause;
  }

  /**
   * Judges a batch by what its records came to.
   *
   * @param batch the records that are still without an outcome, or the first of them
   * @param end offset behind them
   * @returns null when nothing of it may be applied: its partition is paused
   */
  admit(
    batch: RawBatch,
    outcomes: readonly Outcome[],
    lease: BatchLease,
    end = lease.endOffset,
  ): Admission | null {
    if (!this.isOn) return UNLIMITED;
    const known = this.known(batch.partition);
    if (known.pause === null) {
      const errors = errorsOf(outcomes);
      const crossing = known.resumed === null ? known.history.crossingOf(errors) : null;
      if (crossing === null) return { accept: () => this.accept(batch, end, known, errors) };
      this.pause(known, pauseAt(crossing, batch, outcomes, this.settings));
    }
    lease.pause(Number(batch.records[0].offset));
    return null;
  }

  /**
   * Lets a paused partition go on, without a limit until its latest records are within it again.
   *
   * @returns why it was paused; null when it was not
   */
  resume(partition: number): PartitionPause | null {
    const pause = this.pauseOf(partition);
    if (pause === null) return null;
    const { first, last } = pause.offsets;
    this.partitions.set(partition, { ...this.fresh(), resumed: { first, end: last + 1 } });
    this.pauses.release(partition);
    this.logger.warn(
      `${pause.topic}-${partition} is resumed from offset ${first}, without an error limit ` +
        `until its latest ${this.settings.window} records are within it again`,
    );
    return pause;
  }

  private known(partition: number): Judged {
    let known = this.partitions.get(partition);
    if (known === undefined) {
      known = this.fresh();
      this.partitions.set(partition, known);
    }
    return known;
  }

  private fresh(): Judged {
    return { history: new ErrorHistory(this.settings), resumed: null, pause: null };
  }

  private pause(known: Judged, pause: PartitionPause): void {
    this.partitions.set(pause.partition, { ...known, pause });
    this.logger.error(pauseText(pause));
    this.onPause();
  }

  /** @param end offset behind the batch */
  private accept(
    { topic, partition, records }: RawBatch,
    end: number,
    known: Judged,
    errors: Uint8Array,
  ): void {
    if (this.partitions.get(partition) !== known) return; // another instance's meanwhile
    const { history, resumed } = known;
    history.append(errors);
    if (resumed === null) return;
    // All that was held back passes, whatever is before it; a log that begins anew has nothing of it.
    const hasPassed = end >= resumed.end || Number(records[0].offset) < resumed.first;
    if (!hasPassed || !history.isCalm) return;
    this.partitions.set(partition, { ...known, resumed: null });
    this.logger.log(
      `${topic}-${partition}: the latest ${this.settings.window} records are within the error limit, it holds again`,
    );
  }

  /** Another instance judges for itself, and this one does when the partition comes back. */
  private forgetOthers(owned: readonly number[]): void {
    for (const [partition, { pause }] of this.partitions) {
      if (owned.includes(partition)) continue;
      this.partitions.delete(partition);
      if (pause !== null)
        this.logger.warn(
          `${pause.topic}-${partition} is not this instance's any more: its pause is forgotten here`,
        );
    }
  }
}

/** 1 for each error. */
function errorsOf(outcomes: readonly Outcome[]): Uint8Array {
  const errors = new Uint8Array(outcomes.length);
  for (let i = 0; i < outcomes.length; i++) if (outcomes[i] instanceof Rejected) errors[i] = 1;
  return errors;
}
