import type { BatchLease } from '../pipeline/batch-lease.js';
import { leftBehind } from './send-errors.js';

const BEAT_MS = 1_000;

/** The lease ended while its batch was being worked on. The cause belongs to kafkajs, which joins the group again. */
export class LeaseLost extends Error {
  constructor(override readonly cause: unknown) {
    super('The partition may belong to another member now');
    this.name = 'LeaseLost';
  }
}

/**
 * Waits for something that is not this batch's own work.
 *
 * @throws what ended the lease, if it ends first; a stop ends the waiting, too
 */
export async function waitWhileLeased(lease: BatchLease, event: Promise<unknown>): Promise<void> {
  const waiting = {
    heartbeat: async () => {
      if (!lease.isRunning()) throw leftBehind('Stopping: the batch is left to the next owner');
      await lease.heartbeat();
    },
  };
  await whileLeased(waiting, event).catch((error: unknown) => {
    throw error instanceof LeaseLost ? error.cause : error;
  });
}

/**
 * Does what is not this batch's own work, and tells it by its signal when the lease has ended.
 *
 * @throws what ended the lease, if it ends first; a stop ends the waiting, too
 */
export async function underLease<T>(
  lease: BatchLease,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  try {
    let result!: T;
    await waitWhileLeased(
      lease,
      work(over.signal).then((done) => (result = done)),
    );
    return result;
  } finally {
    over.abort();
  }
}

/**
 * Keeps the membership alive during the work.
 *
 * @throws LeaseLost as soon as a heartbeat fails; the work goes on by itself and must be fenced off.
 */
export async function whileLeased<T>(lease: Pick<BatchLease, 'heartbeat'>, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      lease.heartbeat().catch((error: unknown) => reject(new LeaseLost(error)));
    }, BEAT_MS);
  });
  work.catch(() => undefined); // abandoned work may still fail, after the lease has
  try {
    return await Promise.race([work, lost]);
  } finally {
    clearInterval(timer);
  }
}
