import { Logger } from '@nestjs/common';
import type { Summary } from '../summary/summary.js';
import { pauseFor } from './pause-for.js';
import { readTables, readTotals } from './replies.js';
import type { Reply } from './replies.js';
import { RunningTotals } from './running-totals.js';
import type { SharedState } from './shared-state.js';
import { summaryOf } from './summary-of.js';

/** A summary by time is not begun while a batch is open for longer than this: its owner may be dead. */
const DEAD_AFTER_SECONDS = 2;
/** How long a summary by time waits for the batches that it covers. */
const PATIENCE_MS = 1_000;
const FIRST_POLL_MS = 1;
const MOST_POLL_MS = 20;

const NO_NAMES = {
  versions: [],
  locales: [],
  types: [],
  regions: [],
  countries: [],
  others: [],
  duplicate: 0,
};

/** What is committed, and in which order summaries are published, by all processes of a group. */
export class SharedSummaries {
  private readonly logger = new Logger('Redis');
  private readonly unsettled = new Map<number, number>();
  private settling: Promise<void> | null = null;
  private readonly over = new AbortController();
  private isPending = false;

  constructor(private readonly state: SharedState) {}

  /** A summary by time waits in Redis for batches to be committed, and those by count that came after it wait for it. */
  get pending(): boolean {
    return this.isPending;
  }

  resume(last: number): void {
    this.state.published = Math.max(this.state.published, last);
  }

  /** Tells Redis in the background that a partition is committed up to an offset. */
  settled(partition: number, end: number): void {
    this.unsettled.set(partition, Math.max(end, this.unsettled.get(partition) ?? 0));
    this.settling ??= this.settleAll().finally(() => (this.settling = null));
  }

  /** Resolves when Redis was told. */
  async flushed(): Promise<void> {
    await this.settling;
  }

  async turnOf(sequence: number, signal?: AbortSignal): Promise<void> {
    for (
      let pause = FIRST_POLL_MS;
      this.state.published < sequence - 1;
      pause = Math.min(2 * pause, MOST_POLL_MS)
    ) {
      await this.ask(-1, -1, signal);
      if (this.state.published < sequence - 1) await pauseFor(pause, signal, this.over.signal);
    }
  }

  async wrote(sequence: number): Promise<void> {
    this.resume(sequence);
    await this.ask(-1, -1);
    this.isPending = false;
  }

  async byTime(now: number, signal?: AbortSignal): Promise<Summary | null> {
    const deadline = performance.now() + PATIENCE_MS;
    const seconds = Math.floor(now / 1000);
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(2 * pause, MOST_POLL_MS)) {
      const withdraw = performance.now() > deadline;
      const head = { now: seconds, patience: DEAD_AFTER_SECONDS, withdraw };
      const [status, made] = await this.state.run(
        'summaryByTime',
        0,
        head,
        () => [this.state.layout.configuration],
        signal,
      );
      this.isPending = String(status) === 'waiting';
      if (String(status) === 'ready') return this.summaryOf(made as readonly Reply[]);
      if (!this.isPending || withdraw) return null;
      await pauseFor(pause, signal, this.over.signal);
    }
  }

  close(): void {
    this.over.abort(new Error('The connection to Redis was closed'));
  }

  private async settleAll(): Promise<void> {
    while (this.unsettled.size > 0 && !this.over.signal.aborted) {
      const [partition, end] = this.unsettled.entries().next().value!;
      await this.ask(partition, end).catch((error: Error) => {
        if (!this.over.signal.aborted)
          this.logger.error(`Redis could not be told what is committed: ${error.message}`);
      });
      if (this.unsettled.get(partition) === end) this.unsettled.delete(partition);
    }
  }

  /** Tells what is committed, or nothing with a partition of -1, and learns up to where summaries are published. */
  private async ask(partition: number, offset: number, signal?: AbortSignal): Promise<void> {
    const [, published] = await this.state.run(
      'settle',
      Math.max(partition, 0),
      { partition, offset },
      undefined,
      signal,
    );
    this.resume(published as number);
  }

  private summaryOf([sequence, now, totals, tables]: readonly Reply[]): Summary {
    const facts = {
      totals: new RunningTotals(NO_NAMES, readTotals(totals as readonly Reply[]), Infinity),
      tables: readTables(tables as readonly Reply[]),
      ...{ sequence: sequence as number, now: now as number },
    };
    return summaryOf(facts, this.state.layout.demand.summary);
  }
}
