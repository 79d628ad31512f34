import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchLease } from '../pipeline/batch-lease.js';
import type { Barrier } from './barrier.js';
import { CommittedByAnother } from './committed-by-another.error.js';
import { withDeadline } from './deadline.js';
import type { LaneProducer } from './lane-producer.js';
import { LeaseLost, underLease, waitWhileLeased, whileLeased } from './lease-guard.js';
import type { TopicRecords } from './outgoing-record.js';
import { OneAtATime } from './one-at-a-time.js';
import { PendingOutcomes, SummariesVoid } from './pending-outcomes.js';
import type { Committed, Outcomes, Turn } from './pending-outcomes.js';
import type { RecordSet } from './record-set.js';
import {
  Backoff,
  isFatal,
  isFenced,
  isMembershipLost,
  isTooLarge,
  leftBehind,
  rejoin,
} from './send-errors.js';

/** What a lane needs from the rest of the client. */
export interface LanePort {
  /** Whether the results of what is not committed are kept where the partition's next owner finds them, too. */
  readonly resultsAreShared: boolean;
  /** Of which offsets are committed. */
  readonly group: string;
  openProducer(): Promise<LaneProducer>;
  committed(): Promise<Committed | null>;
  /** Offset of the partition's first record that is still there. */
  logStartOffset(): Promise<number>;
  /** Offset behind the partition's last record, now. */
  logEndOffset(): Promise<number>;
  refreshTopics(): Promise<void>;
  /** @param shrink share of what its topic takes that a record set may use, above 0 and up to 1 */
  encode(topics: readonly TopicRecords[], shrink: number): Promise<RecordSet[][]>;
  /** Writes the outcomes and commits the offset: at once, or one after the other, as the delivery mode says. */
  commit(
    producer: LaneProducer,
    rounds: readonly RecordSet[][],
    committed: Committed,
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
  /** After a failure only a claim may open a producer: it would fence whoever owns the partition by then. */
  private claimed = false;
  /** True from {@link close} until the next claim: trying again would fence the new owner off. */
  private givenUp = false;
  /** Next input offset that has no settled outcome; null when nothing was ever committed. */
  private position: number | null = null;
  /** Committed, but of a log that is no more: it says nothing of the records that are there now. */
  private formerOffset: number | null = null;
  /** Offset of the latest commit that was tried. */
  private tried: number | null = null;
  /** Only this process may commit anything: see {@link startAlone}. */
  private alone = false;
  /** Sequence number of the last summary that is committed with an offset of this partition. */
  private summary = 0;
  private readonly pending = new PendingOutcomes();
  /** A producer has one send in flight. */
  private readonly calls = new OneAtATime();
  private rounds: RecordSet[][] | null = null;
  /** Halved when a broker finds a record set too large: it may compress worse than we do. */
  private shrink = 1;

  constructor(
    readonly name: string,
    private readonly port: LanePort,
  ) {}

  get lastSummary(): number {
    return this.summary;
  }

  /**
   * Before the first claim: whatever is committed from now on, other than by this process, is in no state of it.
   *
   * @param committed what is, as far as state knows; null when nothing
   */
  startAlone(committed: number | null): void {
    this.alone = true;
    this.position = committed;
  }

  /**
   * Makes sure that this process owns the partition and that nothing of it is left unsettled.
   *
   * @param together all partitions of a join: what is left unsettled waits until each is this process's, and found as it was left
   * @returns the offset to go on from: records before it have their outcome. Null: no record has one.
   * @throws CommittedByAnother when only this process may commit, and somebody else has
   */
  claim(lease: BatchLease, together?: Barrier): Promise<number | null> {
    return this.calls.run(async () => {
      if (together !== undefined) await this.meet(lease, together);
      await lease.heartbeat(); // the fence hits the rightful owner if this is not he any more
      this.givenUp = false;
      if (!this.claimed || lease.epoch !== this.epoch || this.pending.first !== undefined) {
        if (together === undefined) this.discardProducer();
        if (this.port.resultsAreShared) await this.takeOver(lease);
        else await this.settleAll(lease);
        this.epoch = lease.epoch;
        this.claimed = true;
      }
      if (this.position !== null && lease.highWatermark < this.position)
        await this.untilDone(lease, () => this.checkLogEnd(this.position!));
      return this.position;
    });
  }

  /** Resolves when every outcome is written and the offset is committed. */
  publish(outcomes: Outcomes, lease: BatchLease): Promise<void> {
    // From now on they are kept, whatever happens; where they are kept for all, a claim that comes before lets go of what is pending.
    const keep = () => {
      this.pending.add(outcomes);
      if (this.givenUp) this.pending.giveUp();
    };
    if (!this.port.resultsAreShared) keep();
    return this.calls.run(async () => {
      if (this.port.resultsAreShared) {
        keep();
        // Whoever asked for the same results, and was first.
        if (this.position !== null)
          this.pending.dropCommitted({ offset: this.position, summary: this.summary });
        if (this.pending.first === undefined) return;
      }
      if (this.claimed) return this.settleAll(lease);
      this.pending.stall();
      throw rejoin(`${this.name}: given up, or another's meanwhile; it has to be claimed again`);
    });
  }

  /** Outcomes to be settled by the first claim: an earlier process could not. */
  restore(outcomes: Outcomes): void {
    this.pending.add(outcomes);
  }

  /** To be called when a claim is going to follow that has to wait for other partitions: nobody may wait for this one meanwhile. */
  suspend(): void {
    this.pending.stall();
  }

  /** To be called when a claim is going to follow, before others may wait for what is pending here. */
  resume(): void {
    this.pending.resume();
  }

  /** Gives the partition up. What is pending stays pending: its offset is not committed, so its next owner has it. */
  close(): void {
    this.givenUp = true;
    this.claimed = false;
    this.discardProducer();
    this.pending.giveUp();
    this.epoch = -1;
  }

  /**
   * Opens a producer, and lets go of what is pending and not committed: it is fetched again, and its results are given again. Sent from
   * here it might wait for summaries of batches that nobody works on before this claim is done.
   */
  private async takeOver(lease: BatchLease): Promise<void> {
    this.claimed = false;
    await this.untilDone(lease, async () => void (await this.open(this.attempt)));
    this.pending.abandon();
  }

  /** Takes the partition over, and waits until the others are, too. */
  private async meet(lease: BatchLease, together: Barrier): Promise<void> {
    this.claimed = false;
    try {
      await lease.heartbeat();
      this.givenUp = false;
      this.discardProducer();
      await this.untilDone(lease, async () => void (await this.open(this.attempt)));
      await waitWhileLeased(lease, together.arrive());
    } catch (error) {
      together.break(error);
      throw error;
    }
  }

  /** Opens a producer if there is none, and settles what is pending. */
  private async settleAll(lease: BatchLease): Promise<void> {
    this.pending.resume();
    try {
      do {
        const turn = this.pending.first?.summaries?.turn ?? null;
        if (turn !== null && !(await this.isDue(turn, lease))) {
          this.pending.dropSummaries(turn);
          continue;
        }
        // During the wait: what is pending has lost its summaries then, and a new producer would fence the new owner off.
        if (this.givenUp) throw rejoin(`${this.name}: the partition was given up`);
        await this.untilDone(lease, () => this.settleFirst(turn, lease));
      } while (this.pending.first !== undefined);
    } catch (error) {
      this.claimed = false;
      this.pending.stall();
      throw error;
    }
  }

  /**
   * Those that wait end their batches when nothing is done about what they wait for: a join settles all in order.
   *
   * @returns false: they must not be written
   */
  private async isDue(turn: Turn, lease: BatchLease): Promise<boolean> {
    const refusal = await underLease(lease, (signal) =>
      turn(signal).then(
        () => null,
        (error: Error) => ({ error, isFinal: error instanceof SummariesVoid }),
      ),
    );
    if (refusal !== null && isFatal(refusal.error)) throw refusal.error;
    if (refusal?.isFinal === false)
      throw rejoin(`${this.name}: summaries that come before these could not be written`);
    return refusal === null;
  }

  /** @param turn of the outcomes that are meant: what a producer finds committed when it opens is gone */
  private async settleFirst(turn: Turn | null, lease: BatchLease): Promise<void> {
    const attempt = this.attempt;
    const producer = this.producer ?? (await this.open(attempt));
    const { first } = this.pending;
    if (first === undefined || (first.summaries?.turn ?? null) !== turn) return;
    const { offsets, summaries, recorded } = first;
    if (recorded !== null) {
      await recorded;
      this.assertCurrent(attempt);
    }
    const topics = summaries === null ? first.topics : [...first.topics, summaries.records];
    const rounds = this.rounds ?? (await this.port.encode(topics, this.shrink));
    this.assertCurrent(attempt);
    this.rounds = rounds;
    const offset = offsets?.end ?? this.position ?? (await this.port.logStartOffset());
    this.assertCurrent(attempt);
    const committed = { offset, summary: Math.max(this.summary, summaries?.last ?? 0) };
    this.tried = offset;
    await this.port.commit(producer, rounds, committed, lease);
    this.assertCurrent(attempt);
    this.adopt(committed);
    this.rounds = null;
    this.shrink = 1;
    this.formerOffset = null;
    this.pending.settleFirst();
  }

  /** Fences earlier owners off, then reads what has been committed: by them, or by our own send of unknown result. */
  private async open(attempt: number): Promise<LaneProducer> {
    await this.port.refreshTopics();
    this.assertCurrent(attempt);
    const producer = await this.port.openProducer();
    if (attempt !== this.attempt) producer.close();
    this.assertCurrent(attempt);
    this.producer = producer;
    const committed = await this.port.committed();
    this.assertCurrent(attempt);
    this.assertOwn(committed);
    this.rounds = null; // partition counts may have changed
    if (committed === null || committed.offset === this.formerOffset) this.position = null;
    else {
      this.adopt(committed);
      this.pending.dropCommitted(committed);
    }
    return producer;
  }

  private assertOwn(committed: Committed | null): void {
    if (!this.alone || committed === null) return; // gone with the partition's former log
    const { offset } = committed;
    if (offset !== this.position && offset !== this.tried && offset !== this.formerOffset)
      throw new CommittedByAnother(this.port.group, this.name, offset, this.position);
  }

  private adopt({ offset, summary }: Committed): void {
    this.position = offset;
    this.summary = summary;
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
    this.formerOffset = position;
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
        if (error instanceof CommittedByAnother) throw error;
        if (this.givenUp) throw rejoin(`${this.name}: the partition was given up during the send`);
        if (isFenced(error)) throw rejoin(`${this.name}: another instance has taken over this partition`);
        if (isMembershipLost(error)) throw error; // with at-least-once: nothing can be committed before the next join
        if (isTooLarge(error)) this.shrink /= 2;
        this.port.retried();
        const wait = backoff.next();
        if (backoff.speaks()) {
          const { message } = error as Error;
          this.logger.warn(`${this.name}: ${this.pending.whatWaits}: ${message}. Next try in ${wait} ms.`);
        }
        await waitWhileLeased(lease, sleep(wait));
        if (!lease.isRunning()) throw this.leftBehind();
      }
    }
  }

  private leftBehind(): Error {
    return leftBehind(`${this.name}: stopping, the batch is left to the next owner`);
  }

  private discardProducer(): void {
    this.attempt++;
    this.producer?.close();
    this.producer = null;
  }
}
