import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchLease } from '../pipeline/batch-lease.js';
import { CommittedByAnother } from './committed-by-another.error.js';
import { withDeadline } from './deadline.js';
import type { LanePort } from './lane-port.js';
import type { LaneProducer } from './lane-producer.js';
import { LeaseLost, waitWhileLeased, whileLeased } from './lease-guard.js';
import { Backoff, isFenced, isMembershipLost, isTooLarge, leftBehind, rejoin } from './send-errors.js';

const ATTEMPT_DEADLINE_MS = 30_000;

/** What a lane says of itself while something is tried. */
export interface LaneView {
  /** What is being tried is another one's by now. */
  isGivenUp(): boolean;
  /** For the log: what waits, as the beginning of a sentence. */
  whatWaits(): string;
  /** A broker finds a record set too large. */
  tooLarge(): void;
}

/** Tries until it succeeds, each time with a producer that is known to be well. */
export class LaneAttempts {
  private readonly logger = new Logger('Publishing');
  /** Counts attempts: what goes on in the background after a deadline must not touch the state any more. */
  private attempt = 0;
  private current: LaneProducer | null = null;

  constructor(
    private readonly name: string,
    private readonly port: Pick<LanePort, 'openProducer' | 'retried'>,
    private readonly lane: LaneView,
  ) {}

  get producer(): LaneProducer | null {
    return this.current;
  }

  /** A check for what follows: it throws when the attempt that is being made now is over. */
  begin(): () => void {
    const { attempt } = this;
    return () => {
      if (attempt !== this.attempt) throw new Error(`${this.name}: this attempt was given up`);
    };
  }

  /** Fences earlier owners off. */
  async openProducer(): Promise<LaneProducer> {
    const { attempt } = this;
    const assertCurrent = this.begin();
    const producer = await this.port.openProducer();
    if (attempt !== this.attempt) producer.close();
    assertCurrent();
    return (this.current = producer);
  }

  /** Ends the attempt that is being made, and its producer. */
  discard(): void {
    this.attempt++;
    this.current?.close();
    this.current = null;
  }

  /** Repeats the work with a new producer until it succeeds or the lease ends. Waiting is visible in log and metrics. */
  async untilDone(lease: BatchLease, work: () => Promise<void>): Promise<void> {
    const backoff = new Backoff();
    for (;;) {
      try {
        await whileLeased(lease, withDeadline('Publishing a batch', ATTEMPT_DEADLINE_MS, work()));
        return;
      } catch (error) {
        this.discard();
        if (!lease.isRunning()) throw this.leftBehind();
        if (error instanceof LeaseLost) throw error.cause;
        if (error instanceof CommittedByAnother) throw error;
        if (this.lane.isGivenUp()) throw rejoin(`${this.name}: the partition was given up during the send`);
        if (isFenced(error)) throw rejoin(`${this.name}: another instance has taken over this partition`);
        if (isMembershipLost(error)) throw error; // with at-least-once: nothing can be committed before the next join
        if (isTooLarge(error)) this.lane.tooLarge();
        this.port.retried();
        await this.pause(lease, backoff, error as Error);
      }
    }
  }

  private async pause(lease: BatchLease, backoff: Backoff, { message }: Error): Promise<void> {
    const wait = backoff.next();
    if (backoff.speaks())
      this.logger.warn(`${this.name}: ${this.lane.whatWaits()}: ${message}. Next try in ${wait} ms.`);
    await waitWhileLeased(lease, sleep(wait));
    if (!lease.isRunning()) throw this.leftBehind();
  }

  private leftBehind(): Error {
    return leftBehind(`${this.name}: stopping, the batch is left to the next owner`);
  }
}
