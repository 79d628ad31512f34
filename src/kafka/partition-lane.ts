import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchLease } from '../pipeline/batch-lease.js';
import { withDeadline } from './deadline.js';
import type { LaneProducer } from './lane-producer.js';
import { LeaseLost, whileLeased } from './lease-guard.js';
import type { TopicRecords } from './outgoing-record.js';
import type { RecordSet } from './record-set.js';
import { Backoff, isFenced, isMembershipLost, isTooLarge, leftBehind, rejoin } from './send-errors.js';

/** The outcomes of one batch, on their way. Kept until they are settled, so that nothing is processed twice. */
export interface Outcomes {
  readonly topics: readonly TopicRecords[];
  /** Input offsets that these outcomes answer for: from `firstOffset` up to, not including, `endOffset`. */
  readonly firstOffset: number;
  readonly endOffset: number;
  /** Called once, when the outcomes are known to be written and their offset committed, by us or by an earlier owner. */
  readonly settled: () => void;
}

/** What a lane needs from the rest of the client. */
export interface LanePort {
  openProducer(): Promise<LaneProducer>;
  committedOffset(): Promise<number | null>;
  /** Offset behind the partition's last record, now. */
  logEndOffset(): Promise<number>;
  refreshTopics(): Promise<void>;
  /** @param shrink share of what its topic takes that a record set may use, above 0 and up to 1 */
  encode(topics: readonly TopicRecords[], shrink: number): Promise<RecordSet[][]>;
  /** Writes the outcomes and commits the offset: at once, or one after the other, as the delivery mode says. */
  commit(
    producer: LaneProducer,
    rounds: readonly RecordSet[][],
    offset: number,
    lease: BatchLease,
  ): Promise<void>;
  retried(): void;
  offsetReset(): void;
}

const ATTEMPT_DEADLINE_MS = 30_000;

/**
 * Publishes the outcomes of one input partition, one batch at a time. The order *fence, then read the committed
 * offset, then send* makes each attempt a compare-and-set: whoever fenced last sees everything that was committed
 * before, and only sends what is not.
 */
export class PartitionLane {
  private readonly logger = new Logger('Publishing');
  private producer: LaneProducer | null = null;
  /** Counts attempts: what goes on in the background after a deadline must not touch the state any more. */
  private attempt = 0;
  private epoch = -1;
  /** True from {@link close} until the next claim: trying again would fence the new owner off. */
  private givenUp = false;
  /** Next input offset that has no settled outcome; null when nothing was ever committed. */
  private position: number | null = null;
  private pending: Outcomes | null = null;
  private rounds: RecordSet[][] | null = null;
  /** Halved when a broker finds a record set too large: it may compress worse than we do. */
  private shrink = 1;

  constructor(
    readonly name: string,
    private readonly port: LanePort,
  ) {}

  /**
   * Makes sure that this process owns the partition and that nothing of it is left unsettled.
   *
   * @returns the offset to go on from: records before it have their outcome. Null: no record has one.
   */
  async claim(lease: BatchLease): Promise<number | null> {
    this.givenUp = false;
    if (lease.epoch !== this.epoch || this.pending !== null) {
      this.discardProducer();
      await this.untilDone(lease, () => this.settlePending(lease));
      this.epoch = lease.epoch;
    }
    if (this.position !== null && lease.highWatermark < this.position)
      await this.untilDone(lease, () => this.checkLogEnd(this.position!));
    return this.position;
  }

  /** Resolves when every outcome is written and the offset is committed. Nothing else may be pending. */
  async publish(outcomes: Outcomes, lease: BatchLease): Promise<void> {
    if (this.pending !== null) throw new Error(`${this.name}: outcomes are pending; claim the lane first`);
    this.pending = outcomes;
    this.rounds = null;
    if (this.givenUp) throw rejoin(`${this.name}: the partition was given up during the work`);
    await this.untilDone(lease, () => this.settlePending(lease));
  }

  /** Gives the partition up. What is pending stays pending: its offset is not committed, so its next owner has it. */
  close(): void {
    this.givenUp = true;
    this.discardProducer();
    this.epoch = -1;
  }

  private async settlePending(lease: BatchLease): Promise<void> {
    const attempt = this.attempt;
    const producer = this.producer ?? (await this.open(attempt));
    if (this.pending === null) return;
    const { topics, endOffset } = this.pending;
    const rounds = this.rounds ?? (await this.port.encode(topics, this.shrink));
    this.assertCurrent(attempt);
    this.rounds = rounds;
    await this.port.commit(producer, rounds, endOffset, lease);
    this.assertCurrent(attempt);
    this.settle(endOffset);
  }

  /** Fences earlier owners off, then reads what has been committed: by them, or by our own send of unknown result. */
  private async open(attempt: number): Promise<LaneProducer> {
    await this.port.refreshTopics();
    this.assertCurrent(attempt);
    const producer = await this.port.openProducer();
    if (attempt !== this.attempt) producer.close();
    this.assertCurrent(attempt);
    this.producer = producer;
    const position = await this.port.committedOffset();
    this.assertCurrent(attempt);
    this.position = position;
    this.rounds = null; // partition counts may have changed
    if (this.pending !== null && position !== null) this.dropCommitted(this.pending, position);
    return producer;
  }

  private dropCommitted(pending: Outcomes, position: number): void {
    if (position <= pending.firstOffset) return;
    if (position >= pending.endOffset) return this.settle(position);
    const topics = pending.topics.map(({ topic, records }) => ({
      topic,
      records: records.filter(({ sourceOffset }) => sourceOffset >= position),
    }));
    this.pending = { ...pending, firstOffset: position, topics };
  }

  private settle(position: number): void {
    const { settled } = this.pending!;
    this.position = position;
    this.pending = null;
    this.rounds = null;
    this.shrink = 1;
    settled();
  }

  /** A batch fetched before another owner's commit ends early too; only the log itself tells that from a new topic. */
  private async checkLogEnd(position: number): Promise<void> {
    const attempt = this.attempt;
    const end = await this.port.logEndOffset();
    this.assertCurrent(attempt);
    if (end >= position) return;
    this.logger.error(
      `${this.name}: offset ${position} is committed, but the partition ends at ${end}: ` +
        'it was deleted and made again, or truncated. Going on from its beginning.',
    );
    this.port.offsetReset();
    this.position = null;
  }

  private assertCurrent(attempt: number): void {
    if (attempt !== this.attempt) throw new Error(`${this.name}: this attempt was given up`);
  }

  /** Repeats the work with a new producer until it succeeds or the lease ends. Waiting is visible in log and metrics. */
  private async untilDone(lease: BatchLease, work: () => Promise<void>): Promise<void> {
    const backoff = new Backoff();
    for (;;) {
      try {
        await whileLeased(lease, withDeadline('Publishing a batch', ATTEMPT_DEADLINE_MS, work()));
        return;
      } catch (error) {
        this.discardProducer();
        if (!lease.isRunning()) throw this.leftBehind();
        if (error instanceof LeaseLost) throw error.cause;
        if (this.givenUp) throw rejoin(`${this.name}: the partition was given up during the send`);
        if (isFenced(error)) throw rejoin(`${this.name}: another instance has taken over this partition`);
        if (isMembershipLost(error)) throw error; // with at-least-once: nothing can be committed before the next join
        if (isTooLarge(error)) this.shrink /= 2;
        this.port.retried();
        const wait = backoff.next();
        if (backoff.speaks()) {
          const { message } = error as Error;
          this.logger.warn(
            `${this.name}: the outcomes of offsets ${this.range()} are waiting: ${message}. Next try in ${wait} ms.`,
          );
        }
        await whileLeased(lease, sleep(wait)).catch((lost: LeaseLost) => {
          throw lost.cause;
        });
        if (!lease.isRunning()) throw this.leftBehind();
      }
    }
  }

  private leftBehind(): Error {
    return leftBehind(`${this.name}: stopping, the batch is left to the next owner`);
  }

  private range(): string {
    return this.pending === null
      ? '(none read yet)'
      : `${this.pending.firstOffset}–${this.pending.endOffset - 1}`;
  }

  private discardProducer(): void {
    this.attempt++;
    this.producer?.close();
    this.producer = null;
  }
}
