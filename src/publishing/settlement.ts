import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Which batches are applied to the state and not settled yet. State is ahead of what is committed by these; a summary
 * that covers committed records only is taken when there are none. Batches that carry summaries are written in the
 * order in which state was applied, so that the sequence of summaries never goes back.
 */
@Injectable()
export class Settlement {
  private readonly open = new Set<Ticket>();
  private closed: Promise<void> | null = null;
  private lastCarrier: Ticket | null = null;
  private idle: (() => void) | null = null;

  /** Null, or what to wait for before {@link begin}. */
  get gate(): Promise<void> | null {
    return this.closed;
  }

  /** A batch is about to be applied. */
  begin(): Ticket {
    const ticket = new Ticket(() => {
      this.open.delete(ticket);
      if (this.open.size === 0) this.idle?.();
    });
    this.open.add(ticket);
    return ticket;
  }

  /**
   * For a batch that carries summaries, in the order of their sequence.
   *
   * @returns null, or how to wait until it may be written: until the one before is settled
   */
  turnOf(ticket: Ticket): (() => Promise<void>) | null {
    const before = this.lastCarrier;
    this.lastCarrier = ticket;
    return before === null || before.isSettled ? null : () => before.finished();
  }

  /**
   * Runs the work at a moment when everything that was applied is settled; batches wait meanwhile.
   *
   * @param patienceMs how long batches may be held up until there is such a moment
   * @returns false when there was none
   */
  async whenQuiet(patienceMs: number, work: () => Promise<void>): Promise<boolean> {
    if (this.closed !== null) return false;
    let reopen!: () => void;
    this.closed = new Promise((resolve) => (reopen = resolve));
    try {
      if (!(await this.becomesIdle(patienceMs))) return false;
      await work();
      return true;
    } finally {
      this.closed = null;
      reopen();
    }
  }

  private async becomesIdle(patienceMs: number): Promise<boolean> {
    if (this.open.size === 0) return true;
    const patience = new AbortController();
    const idle = new Promise<void>((resolve) => (this.idle = resolve));
    const tooLong = sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([idle, tooLong]);
    patience.abort();
    this.idle = null;
    return this.open.size === 0;
  }
}

/** One batch on its way from the state to its settlement. */
export class Ticket {
  isSettled = false;
  private isStalled = false;
  private waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  constructor(private readonly onSettled: () => void) {}

  /** Resolves when the batch is settled. @throws when it is stalled: who waits may be what keeps it from going on */
  finished(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    if (this.isStalled) return Promise.reject(stalled());
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  settle(): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.onSettled();
    for (const { resolve } of this.waiting.splice(0)) resolve();
  }

  /** It could not be written, and nothing is done about it until its partition is claimed again. */
  stall(): void {
    this.isStalled = true;
    for (const { reject } of this.waiting.splice(0)) reject(stalled());
  }

  resume(): void {
    this.isStalled = false;
  }
}

const stalled = (): Error => new Error('The batch before is stalled');
