import type { RawRecord } from '../../pipeline/raw-record.js';
import { readDeadLetter } from './dead-letter.js';
import type { DeadLetter } from './dead-letter.js';
import type { Restorer } from './restorer.js';
import type { Progress } from './run-progress.js';
import type { RunSender } from './run-sender.js';
import { isSelected } from './selection.js';
import type { Criteria } from './selection.js';
import type { SendStep, Step } from './step.js';
import { Throttle } from './throttle.js';
import type { LogRange } from './topic-ranges.js';

export interface LoopOptions {
  readonly criteria: Criteria;
  readonly rate: number;
  readonly max: number;
  readonly restorer: Pick<Restorer, 'restore'>;
  /** Null: nothing is sent. */
  readonly sender: Pick<RunSender, 'commit'> | null;
  /** Told of each step when it is done. */
  readonly report: (step: Step) => Promise<void>;
  readonly signal: AbortSignal;
}

/** What one transaction takes at most; it holds so much memory as well. */
const MOST_STEPS = 500;
const MOST_BYTES = 4 * 1024 * 1024;

/** Goes through the error topic: restores what is selected, and sends it in transactions of one partition's dead letters each. */
export class LetterLoop {
  private readonly throttle: Throttle;
  private left: number;
  private steps: Step[] = [];
  private bytes = 0;

  constructor(private readonly options: LoopOptions) {
    this.throttle = new Throttle(options.rate);
    this.left = options.max;
  }

  /** Whether as much was sent as may be. */
  get reachedMax(): boolean {
    return this.left === 0;
  }

  /**
   * Takes records of a partition, in order.
   *
   * @returns false when no more are wanted. What is not dealt with then is left to the next process of the run.
   */
  async take(records: readonly RawRecord[], partition: number): Promise<boolean> {
    const { criteria, restorer, signal } = this.options;
    for (const record of records) {
      const letter = readDeadLetter(record, partition);
      if (!isSelected(letter, criteria)) continue;
      const step = await restorer.restore(letter);
      if (step.action === 'send' && !(await this.isItsTurn())) return false;
      if (signal.aborted) return false;
      await this.add(step);
      if (this.reachedMax) break;
    }
    await this.flush();
    return !this.reachedMax && !signal.aborted;
  }

  /** Writes down that all that was to be read is dealt with, what was not selected included. */
  async finish(ranges: ReadonlyMap<number, LogRange>, before: Progress): Promise<void> {
    for (const [partition, { end }] of ranges)
      if ((before.get(partition)?.offset ?? -1) < end)
        await this.options.sender?.commit({ partition, end, steps: [] });
  }

  /** Waits until the rate allows the next one; what is due before it does not wait. */
  private async isItsTurn(): Promise<boolean> {
    while (!this.throttle.pass()) {
      await this.flush();
      await this.throttle.wait(this.options.signal);
      if (this.options.signal.aborted) return false;
    }
    return true;
  }

  private async add(step: Step): Promise<void> {
    this.steps.push(step);
    if (step.action === 'send') {
      this.bytes += step.bytes;
      this.left--;
    }
    if (this.steps.length >= MOST_STEPS || this.bytes >= MOST_BYTES) await this.flush();
  }

  private async flush(): Promise<void> {
    const { steps } = this;
    const last: DeadLetter | undefined = steps.at(-1)?.letter;
    if (last === undefined) return;
    this.steps = [];
    this.bytes = 0;
    await this.options.sender?.commit({
      partition: last.partition,
      end: last.offset + 1,
      steps: steps.filter((step): step is SendStep => step.action === 'send'),
    });
    for (const step of steps) await this.options.report(step);
  }
}
