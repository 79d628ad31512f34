import { open } from 'node:fs/promises';
import { CheckpointError } from '../../analytics/durable/checkpoint-errors.js';
import { openCheckpoint } from '../../analytics/durable/checkpoint-reader.js';
import { Journal } from '../../analytics/durable/journal.js';
import { JournalError } from '../../analytics/durable/journal-error.js';
import type { StateDirectory } from '../../analytics/durable/state-directory.js';
import { userKeysOf } from '../../analytics/login-tables.js';
import { StoredPart } from '../../analytics/tables/stored-part.js';
import { CliError } from '../support/cli-error.js';

/**
 * Notes in a new journal that the user is erased: the next start does it before it goes on. Only for the holder of the lock.
 *
 * @returns false when there is no state, so nothing to be erased from
 * @throws CliError when the state cannot be read, or the disk refuses
 */
export async function eraseOffline(directory: StateDirectory, userId: string): Promise<boolean> {
  const generations = await directory.list();
  if (generations.length === 0) return false;
  const keys = await hashKeys(directory);
  const path = directory.pathOf('journal', generations[0].number + 1);
  try {
    const journal = await Journal.create(path);
    for (const key of keys) void journal.append({ kind: 'forget', keys: userKeysOf(userId, key) });
    await journal.close();
    if (journal.trouble !== null) throw new CliError(journal.trouble);
    await sync(path);
  } catch (error) {
    throw error instanceof JournalError ? new CliError(error.message) : error;
  }
  return true;
}

/** Of all checkpoints that the next start may begin with: a hash with the key of another one is nobody's. */
async function hashKeys(directory: StateDirectory): Promise<readonly (readonly [number, number])[]> {
  const keys = new Map<string, readonly [number, number]>();
  let fault = 'There is no checkpoint.';
  for (const { number, checkpoint } of await directory.list()) {
    if (!checkpoint) continue;
    try {
      const reader = await openCheckpoint(directory.pathOf('checkpoint', number));
      await reader.close();
      const [hi, lo] = StoredPart.all(reader).wholes('key', 2);
      keys.set(`${hi} ${lo}`, [hi, lo]);
    } catch (error) {
      if (!(error instanceof CheckpointError || error instanceof RangeError)) throw error;
      fault = `${(error as Error).message.replace(/\.$/, '')}.`;
    }
  }
  if (keys.size > 0) return [...keys.values()];
  throw new CliError(
    `Nobody can be erased from the state in ${directory.path}. ${fault} "login-stream state reset" removes all of it.`,
  );
}

/** An erasure outlasts a power cut, too. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
