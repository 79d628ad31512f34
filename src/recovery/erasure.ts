import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisStateStore } from '../analytics/redis/redis-state-store.js';

/** What became of a user who is to be forgotten: in the state, and in whatever a restart begins with, nothing is left. */
export interface Erasure {
  /** Whether there was a row of that user. */
  readonly known: boolean;
  /** Whether no file of `STATE_DIR` has anything of the user any more; null: state is in Redis. */
  readonly filesClean: boolean | null;
  /** Until when files still have it, as a sentence; null when none has. */
  readonly until: string | null;
}

/** Nobody can be erased: there is no state, or not now. The message says which, for operators. */
export class ErasureImpossible extends Error {
  override readonly name = 'ErasureImpossible';

  constructor(
    message: string,
    /** Later it may be possible. */
    readonly isTemporary: boolean,
  ) {
    super(message);
  }
}

/** How long an erasure is waited for. Commands wait longer for the answer. */
export const ERASED_WITHIN_MS = 10_000;

/**
 * Erases a user from the state that instances share. There are no files of ours.
 *
 * @throws ErasureImpossible
 */
export async function eraseInRedis(
  store: Pick<RedisStateStore, 'forget' | 'trouble'>,
  userId: string,
): Promise<Erasure> {
  const erasing = Promise.resolve()
    .then(() => store.forget(userId))
    .catch((error: Error) => {
      throw new ErasureImpossible(`State is not ready: ${error.message}. Try again.`, true);
    });
  const known = await within(ERASED_WITHIN_MS, erasing);
  if (known !== null) return { known, filesClean: null, until: null };
  erasing.catch(() => undefined);
  throw new ErasureImpossible(
    `Erasing takes longer (${store.trouble ?? 'every device has to be looked at'}): it goes on, ask again.`,
    true,
  );
}

/** @returns what the work gives; null when it takes longer */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  try {
    return await Promise.race([work, sleep(milliseconds, null, { signal: over.signal })]);
  } finally {
    over.abort();
  }
}
