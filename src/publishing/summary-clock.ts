import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { SummaryCadence } from '../analytics/summary/summary-cadence.js';
import type { Summary } from '../analytics/summary/summary.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import { underLease } from '../kafka/lease-guard.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { isFatal } from '../kafka/send-errors.js';
import { OutcomePublisher } from './outcome-publisher.js';
import { Reports } from './reports.js';
import { Settlement } from './settlement.js';
import { SummaryEncoder } from './summary-encoder.js';

/** Its owner is the one instance that writes summaries by time. */
const PARTITION = 0;
/** How long a summary by time may hold the stream up until everything that was applied is committed. */
const PATIENCE_MS = 1_000;
/** How soon one is published that an earlier owner has taken: all instances wait for it. */
const LOOK_EVERY_MS = 1_000;

/** Writes a summary of what is committed every so often, if anything has changed. */
@Injectable()
export class SummaryClock implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Publishing');
  private readonly timers: NodeJS.Timeout[] = [];
  private isBusy = false;

  constructor(
    private readonly cadence: SummaryCadence,
    private readonly state: StateStore,
    private readonly settlement: Settlement,
    private readonly encoder: SummaryEncoder,
    private readonly publisher: OutcomePublisher,
    private readonly client: BatchKafkaClient,
    private readonly reports: Reports,
    private readonly health: ConsumerHealth,
  ) {}

  onModuleInit(): void {
    const { everySeconds } = this.cadence;
    if (everySeconds > 0) this.every(everySeconds * 1_000, () => this.tick());
    if (this.state.isShared) this.every(LOOK_EVERY_MS, () => this.finish());
  }

  onApplicationShutdown(): void {
    this.timers.forEach(clearInterval);
  }

  /** What could not be said now is said at the next tick: summaries are cumulative. */
  async tick(): Promise<void> {
    await this.asOwner(async () => {
      const publish = () => this.publish((signal) => this.state.takeSummary(Date.now(), signal));
      // Shared state has a way of its own to become quiet.
      if (this.state.isShared) return publish();
      const quiet = await this.settlement.whenQuiet(PATIENCE_MS, publish);
      if (!quiet) this.logger.debug('No summary by time: outcomes are on their way');
    });
  }

  /** Publishes what an earlier owner has taken. */
  private async finish(): Promise<void> {
    await this.asOwner(() => this.publish((signal) => this.state.takenSummary(signal)));
  }

  private async asOwner(work: () => Promise<void>): Promise<void> {
    const lease = this.client.membershipOf(PARTITION);
    if (lease === null || this.isBusy) return;
    this.isBusy = true;
    try {
      const committed = await this.client.claim(PARTITION, lease); // a summary before may not have been written
      // It would be committed with the offset at which the log begins.
      if (committed === null && !this.state.isReady(PARTITION)) return;
      await work();
    } catch (error) {
      if (isFatal(error) || error instanceof StateDiverged) this.health.crashed(error as Error, false);
      else this.logger.debug(`No summary by time: ${(error as Error).message}`);
    } finally {
      this.isBusy = false;
    }
  }

  /** If that is not possible any more, others learn it from what is committed. */
  private async tell(sequence: number): Promise<void> {
    try {
      await this.state.published(sequence);
    } catch (error) {
      this.logger.debug(`Summary ${sequence} is committed, and nobody was told: ${(error as Error).message}`);
    }
  }

  private every(ms: number, work: () => Promise<void>): void {
    this.timers.push(setInterval(() => void work(), ms).unref());
  }

  private async publish(take: (signal: AbortSignal) => Promise<Summary | null>): Promise<void> {
    const lease = this.client.membershipOf(PARTITION);
    if (lease === null) return; // it went away during the wait
    this.state.resumeSequence(this.client.lastSummary);
    const summary = await underLease(lease, take);
    if (summary === null) return;
    const summaries = this.encoder.encode([{ summary, offset: 0 }], null);
    const ticket = this.settlement.begin();
    const batch = {
      topics: [],
      summaries,
      offsets: null,
      recorded: this.state.recorded(),
      ticket,
      settled: () => {
        void this.tell(summary.sequence);
        this.reports.logSummaries(summaries);
      },
    };
    await this.publisher.publish(PARTITION, batch, lease);
  }
}
