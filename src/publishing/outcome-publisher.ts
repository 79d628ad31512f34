import { Injectable } from '@nestjs/common';
import { NumberLost } from '../analytics/number-lost.error.js';
import { StateDiverged } from '../analytics/state-diverged.error.js';
import { StateStore } from '../analytics/state-store.js';
import type { BatchEnd, DueSummary } from '../analytics/state-store.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { waitWhileLeased } from '../kafka/lease-guard.js';
import { fatal } from '../kafka/send-errors.js';
import type { TopicRecords } from '../kafka/outgoing-record.js';
import { SummariesVoid } from '../kafka/pending-outcomes.js';
import type { Outcomes, Turn } from '../kafka/pending-outcomes.js';
import type { BatchLease } from '../pipeline/batch-lease.js';
import type { Outcome } from '../pipeline/outcome.js';
import { OutcomeEncoder } from './outcome-encoder.js';
import type { EncodingContext } from './outcome-encoder.js';
import type { OutcomeTally } from './outcome-tally.js';
import { Reports } from './reports.js';
import { Settlement } from './settlement.js';
import type { Ticket } from './settlement.js';
import { SummaryEncoder } from './summary-encoder.js';
import type { EncodedSummaries } from './summary-encoder.js';

/** What a batch comes to. */
interface EncodedBatch {
  readonly topics: readonly TopicRecords[];
  readonly summaries: EncodedSummaries | null;
  readonly tally: OutcomeTally;
  /** Logs what the profile wants to be logged, once the batch is committed. */
  readonly report: () => void;
}

/** Records of what has been applied to the state: from now on they are kept until they are written. */
export interface AppliedBatch extends Pick<Outcomes, 'topics' | 'offsets' | 'recorded' | 'settled'> {
  readonly summaries: EncodedSummaries | null;
  readonly ticket: Ticket;
}

/** Everything between a batch's outcomes and their commit. */
@Injectable()
export class OutcomePublisher {
  constructor(
    private readonly encoder: OutcomeEncoder,
    private readonly summaryEncoder: SummaryEncoder,
    private readonly settlement: Settlement,
    private readonly client: BatchKafkaClient,
    private readonly reports: Reports,
    private readonly state: StateStore,
  ) {}

  /** Offset from which on the partition's records have no outcome yet; null when none has one. */
  claim(partition: number, lease: BatchLease): Promise<number | null> {
    return this.client.claim(partition, lease);
  }

  /** Sequence number of the last summary that is known to be committed. */
  get lastSummary(): number {
    return this.client.lastSummary;
  }

  /** To be called before anything is known of the batch: summaries by time may hold it up here, and a claim grows stale. */
  async begin(lease: BatchLease): Promise<Ticket> {
    while (this.settlement.gate !== null) await waitWhileLeased(lease, this.settlement.gate);
    this.reports.begin();
    return this.settlement.begin();
  }

  /** @throws what ends the process: the state is ahead of what can be written, and would count the batch again */
  encode(
    outcomes: readonly Outcome[],
    summaries: readonly DueSummary[],
    context: EncodingContext,
  ): EncodedBatch {
    try {
      const { topics, tally, ...batch } = this.encoder.encode(outcomes, context);
      const records = outcomes.length;
      const written = this.summaryEncoder.encode(summaries, { ...batch, records });
      const { processingTime } = batch;
      const report = () => this.reports.settled({ tally, summaries: written, processingTime, records });
      return { topics, tally, summaries: written, report };
    } catch (error) {
      throw fatal(`Outcomes of ${context.topic}-${context.partition} could not be encoded`, error as Error);
    }
  }

  /** Resolves when the outcomes are written and their offset is committed. */
  async publish(partition: number, batch: AppliedBatch, lease: BatchLease): Promise<void> {
    try {
      await this.client.publishOutcomes(partition, this.outcomesOf(partition, batch), lease);
    } catch (error) {
      // A process that stops leaves the batch to the next one; those behind it need not wait for it.
      if (!lease.isRunning()) batch.ticket.settle();
      throw error;
    }
  }

  /** Outcomes that an earlier process could not commit: they are written as soon as the partition is claimed. */
  restore(partition: number, batch: Omit<AppliedBatch, 'ticket'>): void {
    this.client.restore(partition, this.outcomesOf(partition, { ...batch, ticket: this.settlement.begin() }));
  }

  /** Where state is shared it knows the order of all processes. */
  private turnOf(sequence: number, batch: BatchEnd | null, ticket: Ticket): Turn | null {
    if (!this.state.isShared) return this.settlement.turnOf(ticket);
    return (signal) =>
      this.state.turnOf(sequence, batch, signal).catch((error: Error) => {
        if (error instanceof NumberLost) throw new SummariesVoid(error.message);
        const isFinal = error instanceof StateDiverged || error instanceof InvalidSettingsError;
        throw isFinal ? fatal('State cannot go on', error) : error;
      });
  }

  private outcomesOf(partition: number, applied: AppliedBatch): Outcomes {
    const { topics, offsets, recorded, summaries, ticket, settled } = applied;
    const batch = offsets && { partition, end: offsets.end };
    return {
      ...{ topics, offsets, recorded },
      summaries: summaries && { ...summaries, turn: this.turnOf(summaries.first, batch, ticket) },
      settled: () => {
        ticket.settle();
        settled();
      },
      stalled: () => ticket.stall(),
      resumed: () => ticket.resume(),
      givenUp: () => ticket.settle(),
    };
  }
}
