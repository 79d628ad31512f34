import { describeHolder } from '../../analytics/durable/lock-holder.js';
import type { Holder } from '../../analytics/durable/lock-holder.js';
import { StateLockError } from '../../analytics/durable/state-lock-error.js';
import { StateLock } from '../../analytics/durable/state-lock.js';
import { CliError } from '../support/cli-error.js';

/** Another one may look at the lock at the same moment, for far shorter than that. */
const LOCKED_WITHIN_MS = 3_000;

/**
 * Who uses the state now; null: nobody.
 *
 * @throws CliError when that cannot be found out
 */
export async function holderOf(directory: string): Promise<Holder | null> {
  return StateLock.isHeld(directory).catch((error: Error) => {
    throw error instanceof StateLockError ? new CliError(error.message) : error;
  });
}

/**
 * Does something while no service can use the state.
 *
 * @throws CliError that says who uses it
 */
export async function withLockedState<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const holder = await holderOf(directory);
  if (holder !== null) throw inUse(directory, describeHolder(holder));
  const lock = await StateLock.acquire(directory, { signal: AbortSignal.timeout(LOCKED_WITHIN_MS) }).catch(
    (error: Error) => {
      if (error instanceof StateLockError) throw new CliError(error.message);
      throw inUse(directory, 'another process');
    },
  );
  try {
    return await work();
  } finally {
    await handOn(lock);
  }
}

/**
 * The next start takes the place of the process that died with the lock at once, if it finds its member id. Then the lock is left to
 * end with this process, as one that is released in order says nothing.
 */
async function handOn(lock: StateLock): Promise<void> {
  const memberId = lock.former?.memberId;
  if (typeof memberId === 'string') await lock.note({ memberId }).catch(() => undefined);
  else await lock.release();
}

const inUse = (directory: string, holder: string) =>
  new CliError(`The state in ${directory} is in use by ${holder}: stop the service first.`);
