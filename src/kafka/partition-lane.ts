import { Logger } from '@nestjs/common';
import type { BatchLease } from '../pipeline/batch-lease.js';
import type { Barrier } from './barrier.js';
import { LaneAttempts } from './lane-attempts.js';
import type { LanePort } from './lane-port.js';
import { LanePosition } from './lane-position.js';
import type { LaneProducer } from './lane-producer.js';
import { underLease, waitWhileLeased } from './lease-guard.js';
import { OneAtATime } from './one-at-a-time.js';
import { isCommitted, PendingOutcomes, SummariesVoid } from './pending-outcomes.js';
import type { Outcomes, Turn } from './pending-outcomes.js';
import type { RecordSet } from './record-set.js';
import { isFatal, rejoin } from './send-errors.js';

/**
 * Publishes the outcomes of one input partition, one batch at a time. The order *fence, then read the committed
 * offset, then send* makes each attempt a compare-and-set: whoever fenced last sees everything that was committed
 * before, and only sends what is not.
 */
export class PartitionLane {
  private epoch = -1;
  /** After a failure only a claim may open a producer: it would fence whoever owns the partition by then. */
  private claimed = false;
  /** True from {@link close} until the next claim: trying again would fence the new owner off. */
  private givenUp = false;
  private readonly logger = new Logger('Publishing');
  private readonly position: LanePosition;
  private readonly attempts: LaneAttempts;
  private readonly pending = new PendingOutcomes();
  /** A producer has one send in flight. */
  private readonly calls = new OneAtATime();
  private rounds: RecordSet[][] | null = null;
  /** Halved when a broker finds a record set too large: it may compress worse than we do. */
  private shrink = 1;

  constructor(
    readonly name: string,
    private readonly port: LanePort,
  ) {
    this.position = new LanePosition(name, port.group);
    this.attempts = new LaneAttempts(name, port, {
      isGivenUp: () => this.givenUp,
      whatWaits: () => this.pending.whatWaits,
      tooLarge: () => (this.shrink /= 2),
    });
  }

  get lastSummary(): number {
    return this.position.summary;
  }

  /**
   * Before the first claim: whatever is committed from now on, other than by this process, is in no state of it.
   *
   * @param committed what is, as far as state knows; null when nothing
   */
  startAlone(committed: number | null): void {
    this.position.startAlone(committed);
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
        if (together === undefined) this.attempts.discard();
        if (this.port.resultsAreShared) await this.takeOver(lease);
        else await this.settleAll(lease);
        this.epoch = lease.epoch;
        this.claimed = true;
      }
      const { offset } = this.position;
      if (offset !== null && lease.highWatermark < offset)
        await this.attempts.untilDone(lease, () => this.checkLogEnd(offset));
      return this.position.offset;
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
        const { committed } = this.position;
        // Whoever asked for the same results, and was first, has said what became of them.
        if (committed !== null && isCommitted(outcomes, committed)) return outcomes.givenUp();
        keep();
        if (committed !== null) this.pending.dropCommitted(committed);
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
    this.attempts.discard();
    this.pending.giveUp();
    this.epoch = -1;
  }

  /**
   * Opens a producer, and lets go of what is pending and not committed: it is fetched again, and its results are given again. Sent from
   * here it might wait for summaries of batches that nobody works on before this claim is done.
   */
  private async takeOver(lease: BatchLease): Promise<void> {
    this.claimed = false;
    await this.attempts.untilDone(lease, async () => void (await this.open()));
    this.pending.abandon();
  }

  /** Takes the partition over, and waits until the others are, too. */
  private async meet(lease: BatchLease, together: Barrier): Promise<void> {
    this.claimed = false;
    try {
      await lease.heartbeat();
      this.givenUp = false;
      this.attempts.discard();
      await this.attempts.untilDone(lease, async () => void (await this.open()));
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
        await this.attempts.untilDone(lease, () => this.settleFirst(turn, lease));
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
    const assertCurrent = this.attempts.begin();
    const producer = this.attempts.producer ?? (await this.open());
    const { first } = this.pending;
    if (first === undefined || (first.summaries?.turn ?? null) !== turn) return;
    const { offsets, summaries, recorded } = first;
    if (recorded !== null) {
      await recorded;
      assertCurrent();
    }
    const topics = summaries === null ? first.topics : [...first.topics, summaries.records];
    const rounds = this.rounds ?? (await this.port.encode(topics, this.shrink));
    assertCurrent();
    this.rounds = rounds;
    const offset = offsets?.end ?? this.position.offset ?? (await this.port.logStartOffset());
    assertCurrent();
    const committed = { offset, summary: Math.max(this.position.summary, summaries?.last ?? 0) };
    this.position.trying(offset);
    await this.port.commit(producer, rounds, committed, lease);
    assertCurrent();
    this.position.adopt(committed);
    this.rounds = null;
    this.shrink = 1;
    this.pending.settleFirst();
  }

  /** Fences earlier owners off, then reads what has been committed: by them, or by our own send of unknown result. */
  private async open(): Promise<LaneProducer> {
    const assertCurrent = this.attempts.begin();
    await this.port.refreshTopics();
    assertCurrent();
    const producer = await this.attempts.openProducer();
    const found = await this.port.committed();
    assertCurrent();
    const committed = this.position.read(found);
    this.rounds = null; // partition counts may have changed
    if (committed !== null) this.pending.dropCommitted(committed);
    return producer;
  }

  /** A batch fetched before another owner's commit ends early too; only the log itself tells that from a new topic. */
  private async checkLogEnd(offset: number): Promise<void> {
    const assertCurrent = this.attempts.begin();
    const end = await this.port.logEndOffset();
    assertCurrent();
    if (end >= offset) return;
    this.logger.error(
      `${this.name}: offset ${offset} is committed, but the partition ends at ${end}: ` +
        'it was deleted and made again, or truncated. Going on from its beginning.',
    );
    this.port.offsetReset();
    this.position.renew();
  }
}
