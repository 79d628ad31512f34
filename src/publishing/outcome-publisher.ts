import { Injectable } from '@nestjs/common';
import type { DueSummary } from '../analytics/state-store.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { waitWhileLeased } from '../kafka/lease-guard.js';
import type { TopicRecords } from '../kafka/outgoing-record.js';
import type { Outcomes } from '../kafka/pending-outcomes.js';
import type { BatchLease } from '../pipeline/batch-lease.js';
import type { Outcome } from '../pipeline/outcome.js';
import { OutcomeEncoder } from './outcome-encoder.js';
import type { EncodingContext } from './outcome-encoder.js';
import type { OutcomeTally } from './outcome-tally.js';
import { Settlement } from './settlement.js';
import type { Ticket } from './settlement.js';
import { SummaryEncoder } from './summary-encoder.js';

/** What a batch comes to. */
interface EncodedBatch {
  readonly topics: readonly TopicRecords[];
  /** Sequence number of the last summary among the records; 0 when there is none. */
  readonly summary: number;
  readonly tally: OutcomeTally;
}

/** Records of what has been applied to the state: from now on they are kept until they are written. */
export interface AppliedBatch extends Omit<Outcomes, 'turn'> {
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
    return this.settlement.begin();
  }

  encode(
    outcomes: readonly Outcome[],
    summaries: readonly DueSummary[],
    context: EncodingContext,
  ): EncodedBatch {
    const { topics, tally } = this.encoder.encode(outcomes, context);
    const last = summaries.at(-1);
    if (last === undefined) return { topics, tally, summary: 0 };
    return {
      topics: [...topics, this.summaryEncoder.encode(summaries)],
      tally,
      summary: last.summary.sequence,
    };
  }

  /** Resolves when the outcomes are written and their offset is committed. */
  async publish(partition: number, batch: AppliedBatch, lease: BatchLease): Promise<void> {
    const { topics, ticket, offsets, summary } = batch;
    const turn = summary > 0 ? this.settlement.turnOf(ticket) : null;
    const settled = () => {
      ticket.settle();
      batch.settled();
    };
    try {
      await this.client.publishOutcomes(partition, { topics, offsets, summary, turn, settled }, lease);
    } catch (error) {
      // A process that stops leaves the batch to the next one; those behind it need not wait for it.
      if (!lease.isRunning()) ticket.settle();
      throw error;
    }
  }
}
