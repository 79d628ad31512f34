import { Logger } from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import { NumberLost } from '../number-lost.error.js';
import type { BatchEnd } from '../state-store.js';
import type { Summary } from '../summary/summary.js';
import { pauseFor } from './pause-for.js';
import { readTables, readTotals } from './replies.js';
import type { Reply } from './replies.js';
import { RunningTotals } from './running-totals.js';
import type { SharedState } from './shared-state.js';
import { summaryOf } from './summary-of.js';

/** No summary by time is taken while a batch is open for longer than this: its owner may be dead. */
const DEAD_AFTER_SECONDS = 2;
/** How long a summary by time waits for the batches that it covers. */
const PATIENCE_MS = 1_000;
/** How often the log tells that nothing goes on. */
const LONG_MS = 10_000;
const FIRST_POLL_MS = 1;
const MOST_POLL_MS = 20;

/** Nothing is told. */
const NO_PARTITION = { partition: -1, offset: -1 };

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

  constructor(private readonly state: SharedState) {
    setMaxListeners(0, this.over.signal); // as many wait as there are partitions
  }

  resume(last: number): void {
    this.state.resume(last);
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

  /** Redis is asked in any case: it may have lost what it knew when it gave the number. @throws NumberLost */
  async turnOf(sequence: number, batch: BatchEnd | null, signal?: AbortSignal): Promise<void> {
    await this.until(
      async () => {
        const { fence, taken } = await this.ask(NO_PARTITION, signal, batch?.partition);
        const isKnown = batch === null ? taken === sequence : fence >= batch.end;
        if (!isKnown) throw new NumberLost(sequence);
        return this.state.published >= sequence - 1;
      },
      signal,
      () =>
        `Summary ${sequence} waits: those up to number ${this.state.published} are written, and the owner of the next one has to write it`,
    );
  }

  /** Asks for more than what is read: a replica would answer that, too. */
  async check(): Promise<void> {
    await this.state.connection.check();
    await this.ask(NO_PARTITION);
  }

  /** Resolves when no summary by time holds up what is new. */
  async whenOpen(signal?: AbortSignal): Promise<void> {
    await this.until(
      async () => !(await this.ask(NO_PARTITION, signal)).isClosed,
      signal,
      () =>
        'The stream waits for a summary by time that is taken and not written: the owner of partition 0 has to write it',
    );
  }

  async wrote(sequence: number): Promise<void> {
    this.resume(sequence);
    await this.ask(NO_PARTITION);
  }

  /** @param begin false: only one that was taken earlier, and not published */
  async byTime(now: number, begin: boolean, signal?: AbortSignal): Promise<Summary | null> {
    const deadline = performance.now() + PATIENCE_MS;
    let summary: Summary | null = null;
    await this.until(async () => {
      const isLate = performance.now() > deadline;
      const head = { now: Math.floor(now / 1000), patience: DEAD_AFTER_SECONDS, begin: begin && !isLate };
      const args = () => [this.state.layout.configuration];
      const [status, made] = await this.state.run('summaryByTime', 0, head, args, signal);
      if (String(status) === 'ready') summary = this.summaryOf(made as readonly Reply[]);
      return String(status) !== 'waiting';
    }, signal);
    return summary;
  }

  close(): void {
    this.over.abort(new Error('The connection to Redis was closed'));
  }

  private async settleAll(): Promise<void> {
    while (this.unsettled.size > 0 && !this.over.signal.aborted) {
      const [partition, offset] = this.unsettled.entries().next().value!;
      await this.ask({ partition, offset }).catch((error: Error) => {
        if (!this.over.signal.aborted)
          this.logger.error(`Redis could not be told what is committed: ${error.message}`);
      });
      if (this.unsettled.get(partition) === offset) this.unsettled.delete(partition);
    }
  }

  /** Tells what is committed, and learns which summaries are published and taken, and how far a partition is applied. */
  private async ask(
    committed: { readonly partition: number; readonly offset: number },
    signal?: AbortSignal,
    about = -1,
  ) {
    const key = Math.max(committed.partition, 0);
    const reply = await this.state.run('settle', key, { ...committed, about }, undefined, signal);
    const [, published, taken, fence, isClosed] = reply as readonly number[];
    this.resume(published);
    return { taken, fence, isClosed: isClosed === 1 };
  }

  /** @param what is said in the log when it takes long, as a sentence */
  private async until(
    isDone: () => Promise<boolean>,
    signal?: AbortSignal,
    what?: () => string,
  ): Promise<void> {
    let speaksAt = performance.now() + LONG_MS;
    for (let pause = FIRST_POLL_MS; !(await isDone()); pause = Math.min(2 * pause, MOST_POLL_MS)) {
      await pauseFor(pause, signal, this.over.signal);
      if (what === undefined || performance.now() < speaksAt) continue;
      speaksAt += LONG_MS;
      this.logger.warn(what());
    }
  }

  private summaryOf([sequence, now, totals, tables]: readonly Reply[]): Summary {
    const facts = {
      totals: new RunningTotals(NO_NAMES, readTotals(totals as readonly Reply[]), Infinity),
      tables: readTables(tables as readonly Reply[]),
      ...{ sequence: sequence as number, now: now as number },
    };
    return summaryOf(facts, this.state.layout.summaryWriter);
  }
}
