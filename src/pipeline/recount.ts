import { Inject, Injectable, Logger } from '@nestjs/common';
import type { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import type { BatchPosition } from '../analytics/state-store.js';
import { StateSettings } from '../config/state.settings.js';
import { EnrichStage } from '../enrichment/enrich.stage.js';
import { IMPATIENT_KAFKA } from '../kafka/brokers.js';
import { Kafka } from '../kafka/kafkajs.js';
import { underLease } from '../kafka/lease-guard.js';
import { LogReader } from '../kafka/log-reader.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import type { BatchLease } from './batch-lease.js';
import { Judge, loginsOf } from './judge.js';
import type { RawRecord } from './raw-record.js';

type Place = Pick<BatchPosition, 'topic' | 'partition'>;

/** What is committed and Redis lacks. */
export interface MissingRange extends OffsetRange {
  /** What the input has lost below that offset was given up with a reset. */
  readonly resetAt: number;
}

/** Tells shared state again what it has lost: committed records are read from the input, and nothing is written for them. */
@Injectable()
export class Recount {
  private readonly logger = new Logger('State');
  /** What is read again now, by partition, in words. */
  private readonly running = new Map<number, string>();
  /** Records that were read again, in how long, and what the input had no longer. */
  readonly done = { records: 0, seconds: 0, losses: [] as string[] };

  constructor(
    private readonly judge: Judge,
    private readonly enrichment: EnrichStage,
    @Inject(IMPATIENT_KAFKA) private readonly kafka: Kafka,
    private readonly settings: StateSettings,
  ) {}

  /** What a partition waits for, in a sentence; null when none does. */
  get trouble(): string | null {
    const [first] = this.running.values();
    return first ?? null;
  }

  /**
   * @param range what it lacks
   * @throws StateDiverged when the input has it no longer, with `STATE_RECOVERY=strict`; what ended the lease
   */
  async run(
    store: RedisStateStore,
    { topic, partition }: Place,
    range: MissingRange,
    lease: BatchLease,
  ): Promise<void> {
    const what = `Redis lacks offsets ${range.from}–${range.end - 1} of ${topic}-${partition}, which are committed: they are read again`;
    this.logger.warn(what);
    const start = performance.now();
    this.running.set(partition, what);
    try {
      const records = await underLease(lease, (signal) =>
        this.readInto(store, { topic, partition }, range, signal),
      );
      const seconds = (performance.now() - start) / 1000;
      this.done.records += records;
      this.done.seconds += seconds;
      this.logger.log(
        `Redis has ${topic}-${partition} again: ${records} records were read in ${seconds.toFixed(1)} s`,
      );
    } finally {
      this.running.delete(partition);
    }
  }

  /** @returns how many records there were */
  private async readInto(
    store: RedisStateStore,
    { topic, partition }: Place,
    range: MissingRange,
    signal: AbortSignal,
  ): Promise<number> {
    const gaps: OffsetRange[] = [];
    let count = 0;
    const reader = this.reader({ topic, partition }, range, signal, (gap) => gaps.push(gap));
    try {
      for (let from = range.from; from < range.end; from += store.mostRecords) {
        const end = Math.min(range.end, from + store.mostRecords);
        const records = await reader.take(partition, end);
        for (const gap of gaps.splice(0)) this.acceptGap(`${topic}-${partition}`, gap, range);
        if (records.length === 0) await store.skipTo(partition, end, from, signal);
        else await this.count(store, { topic, partition, offsets: { first: from, end } }, records, signal);
        count += records.length;
      }
      return count;
    } finally {
      await reader.close();
    }
  }

  /** The records of a range that the input still has. @throws the signal's reason */
  async read({ topic, partition }: Place, range: OffsetRange, signal: AbortSignal): Promise<RawRecord[]> {
    const reader = this.reader({ topic, partition }, range, signal, () => undefined);
    try {
      return await reader.take(partition, range.end);
    } finally {
      await reader.close();
    }
  }

  private reader(
    { topic, partition }: Place,
    range: OffsetRange,
    signal: AbortSignal,
    onGap: (gap: OffsetRange) => void,
  ): LogReader {
    return new LogReader(this.kafka, topic, new Map([[partition, range]]), {
      signal,
      onGap: (_, from, end) => onGap({ from, end }),
      onTrouble: (message) => this.logger.warn(`${message}. Trying again.`),
    });
  }

  private async count(
    store: RedisStateStore,
    place: Pick<BatchPosition, 'topic' | 'partition' | 'offsets'>,
    records: readonly RawRecord[],
    signal: AbortSignal,
  ): Promise<void> {
    const now = Number(records[records.length - 1].timestamp);
    const outcomes = this.judge.sort(records);
    this.enrichment.enrichForState(loginsOf(outcomes), { now });
    await store.recount({ ...place, claimed: null, now }, outcomes, signal);
  }

  private acceptGap(where: string, { from, end }: OffsetRange, { resetAt }: MissingRange): void {
    const offsets = `offsets ${from}–${end - 1} of ${where}`;
    if (end <= resetAt) {
      this.logger.warn(`The input has lost ${offsets}; state was reset, so it begins without them`);
      return;
    }
    const what = `Redis has lost the state, and the input it came from is gone: ${offsets}`;
    if (this.settings.stateRecovery === 'strict')
      throw new StateDiverged(`${what}. Restore Redis, or set STATE_RECOVERY=lenient to go on without`);
    this.logger.error(`${what}. Accepted with STATE_RECOVERY=lenient`);
    this.done.losses.push(offsets);
  }

  /** Says, here and in health, what state has counted and cannot be read again. */
  lost(what: string): void {
    this.logger.error(what);
    this.done.losses.push(what);
  }
}
