import type { Kafka } from '../../kafka/kafkajs.js';
import { LaneProducer } from '../../kafka/lane-producer.js';
import type { Patience } from '../../kafka/patience.js';
import { isFenced, isTooLarge } from '../../kafka/send-errors.js';
import { unlessAborted } from '../../kafka/unless-aborted.js';
import { CliError } from '../support/cli-error.js';
import { encodeRedriven } from './redriven-rounds.js';
import type { Target } from './redriven-rounds.js';
import { forgetProgress, readProgress } from './run-progress.js';
import type { Progress } from './run-progress.js';
import type { SendStep } from './step.js';

export interface SenderOptions {
  /** Group of the run, and its transactional id. */
  readonly groupId: string;
  readonly errorTopic: string;
  /** Kept beside the progress: which selection it belongs to. */
  readonly selection: string;
  readonly target: Target;
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/** What one transaction does: these are sent, and the partition of the error topic is dealt with below `end`. */
export interface Chunk {
  readonly partition: number;
  readonly end: number;
  readonly steps: readonly SendStep[];
}

/** How long a transaction that is under way when the signal comes may still take. */
const GRACE_MS = 5_000;

/**
 * Sends records in transactions, each with how far the run has come. The order *fence, then read the progress, then send* makes
 * each attempt a compare-and-set: what was sent by an attempt of unknown result is not sent again, and of two processes with
 * the same run only the later one goes on.
 */
export class RunSender {
  private producer: LaneProducer | null = null;
  private readonly offsets = new Map<number, number>();
  private readonly grace = new AbortController();

  constructor(
    private readonly kafka: Kafka,
    private readonly options: SenderOptions,
  ) {
    const { signal } = options;
    const end = () => setTimeout(() => this.grace.abort(signal.reason), GRACE_MS).unref();
    signal.addEventListener('abort', end, { once: true });
  }

  /**
   * Ends what an earlier process of the run has left open.
   *
   * @param again the run begins anew
   * @returns how far it has come
   */
  async open(again: boolean): Promise<Progress> {
    const { patience, groupId, signal } = this.options;
    return patience.until(async () => {
      const progress = await unlessAborted(signal, this.connect());
      if (!again || progress.size === 0) return progress;
      await forgetProgress(this.kafka, groupId);
      this.offsets.clear();
      return new Map();
    });
  }

  /** Resolves when the chunk is committed, whole. @throws CliError when another process has this run by now */
  async commit(chunk: Chunk): Promise<void> {
    const { patience } = this.options;
    const before = this.offsets.get(chunk.partition) ?? null;
    let shrink = 1;
    const isOurs = await patience.until(async () => {
      try {
        return await this.attempt(chunk, before, shrink);
      } catch (error) {
        this.close();
        if (isFenced(error)) return false;
        if (isTooLarge(error)) shrink /= 2;
        throw error;
      }
    });
    if (!isOurs)
      throw new CliError(
        'Another process goes on with this run, or this one was held up for too long: nothing was sent twice. ' +
          'The same command goes on where the run stands.',
      );
    this.offsets.set(chunk.partition, chunk.end);
  }

  /** Lets go of the connections. */
  close(): void {
    this.producer?.close();
    this.producer = null;
  }

  /** @returns false when somebody else has moved the run on */
  private async attempt(
    { partition, end, steps }: Chunk,
    before: number | null,
    shrink: number,
  ): Promise<boolean> {
    const { groupId, errorTopic, selection, target, signal } = this.options;
    if (this.producer === null) {
      const progress = await unlessAborted(signal, this.connect());
      const offset = progress.get(partition)?.offset ?? null;
      if (offset === end) return true; // the attempt of unknown result had gone through
      if (offset !== before) return false;
    }
    const rounds = await encodeRedriven(steps, target, shrink);
    const position = { groupId, topic: errorTopic, partition, offset: end, metadata: selection };
    await unlessAborted(this.grace.signal, this.producer!.sendTransaction(rounds, position));
    return true;
  }

  private async connect(): Promise<Progress> {
    const { groupId, errorTopic, signal } = this.options;
    const producer = await LaneProducer.open(this.kafka, groupId);
    if (signal.aborted) producer.close();
    this.producer = producer;
    const progress = await readProgress(this.kafka, groupId, errorTopic);
    this.offsets.clear();
    for (const [partition, { offset }] of progress) this.offsets.set(partition, offset);
    return progress;
  }
}
