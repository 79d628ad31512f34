import { setTimeout as sleep } from 'node:timers/promises';
import { committedOffsets, endOffsets } from '../../support/kafka.js';
import { waitFor } from '../../support/wait-for.js';

const POLL_MS = 100;

/** How far the service has come, and waiting for it. Everything here ends with the case. */
export class Progress {
  constructor(
    private readonly broker: string,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly signal: AbortSignal,
  ) {}

  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal });
  }

  /** As `waitFor`, but asks less often, and takes an error for a no: the broker may be away. */
  async until(what: string, condition: () => unknown, timeoutMs = 60_000): Promise<void> {
    await waitFor(
      what,
      async () => {
        this.signal.throwIfAborted();
        const answer = await Promise.resolve()
          .then(condition)
          .catch(() => false);
        if (!answer) await sleep(POLL_MS);
        return Boolean(answer);
      },
      timeoutMs,
    );
  }

  /** Of each partition the next offset that has no outcome. */
  async committed(): Promise<number[]> {
    const { KAFKA_GROUP_ID, INPUT_TOPIC } = this.settings;
    const offsets = await committedOffsets(this.broker, KAFKA_GROUP_ID, INPUT_TOPIC);
    return offsets.map((offset) => Math.max(0, offset));
  }

  /** Waits until so many more records have their outcome. */
  async of(records: number, timeoutMs?: number): Promise<void> {
    let start: number | null = null;
    const enough = async () => {
      const now = sum(await this.committed());
      start ??= now;
      return now >= start + records;
    };
    await this.until(`${records} outcomes`, enough, timeoutMs);
  }

  /** Waits until everything that was fed has its outcome. */
  async settled(timeoutMs = 120_000): Promise<void> {
    const ends = await endOffsets(this.broker, this.settings.INPUT_TOPIC);
    const isSettled = async () => {
      const committed = await this.committed();
      return ends.every((end, partition) => (committed[partition] ?? 0) >= end);
    };
    await this.until('every input to have its outcome', isSettled, timeoutMs);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
