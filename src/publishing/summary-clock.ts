import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { SummaryCadence } from '../analytics/summary/summary-cadence.js';
import { StateStore } from '../analytics/state-store.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { OutcomePublisher } from './outcome-publisher.js';
import { Reports } from './reports.js';
import { Settlement } from './settlement.js';
import { SummaryEncoder } from './summary-encoder.js';

/** Its owner is the one instance that writes summaries by time. */
const PARTITION = 0;
/** How long a summary by time may hold the stream up until everything that was applied is committed. */
const PATIENCE_MS = 1_000;

/** Writes a summary of what is committed every so often, if anything has changed. */
@Injectable()
export class SummaryClock implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Publishing');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly cadence: SummaryCadence,
    private readonly state: StateStore,
    private readonly settlement: Settlement,
    private readonly encoder: SummaryEncoder,
    private readonly publisher: OutcomePublisher,
    private readonly client: BatchKafkaClient,
    private readonly reports: Reports,
  ) {}

  onModuleInit(): void {
    const { everySeconds } = this.cadence;
    if (everySeconds > 0) this.timer = setInterval(() => void this.tick(), everySeconds * 1_000).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** What could not be said now is said at the next tick: summaries are cumulative. */
  async tick(): Promise<void> {
    const lease = this.client.membershipOf(PARTITION);
    if (lease === null) return;
    try {
      await this.client.claim(PARTITION, lease); // a summary before may not have been written
      const quiet = await this.settlement.whenQuiet(PATIENCE_MS, () => this.publish());
      if (!quiet) this.logger.debug('No summary by time: outcomes are on their way');
    } catch (error) {
      this.logger.debug(`No summary by time: ${(error as Error).message}`);
    }
  }

  private async publish(): Promise<void> {
    const lease = this.client.membershipOf(PARTITION);
    if (lease === null) return; // it went away during the wait
    this.state.resumeSequence(this.client.lastSummary);
    const summary = await this.state.takeSummary(Date.now());
    if (summary === null) return;
    const summaries = this.encoder.encode([{ summary, offset: 0 }], null);
    const ticket = this.settlement.begin();
    const batch = {
      topics: [],
      summaries,
      offsets: null,
      recorded: this.state.recorded(),
      ticket,
      settled: () => this.reports.logSummaries(summaries),
    };
    await this.publisher.publish(PARTITION, batch, lease);
  }
}
