import { stat } from 'node:fs/promises';
import type { StateSettings } from '../../config/state.settings.js';
import { StateDirectory } from '../../analytics/durable/state-directory.js';
import { CliError } from '../support/cli-error.js';

const WITHOUT: Readonly<Record<string, string>> = {
  none: 'With STATE_STORE=none the service remembers nothing: there is no state.',
  redis:
    'With STATE_STORE=redis state is in Redis, which has its own ways to back it up: a copy of its snapshot (BGSAVE) or of its append-only ' +
    'file. Of one that is restored and older, each partition is mended before an instance goes on with it: what it lacks is read again ' +
    'from the input, which has to have it still. There is nothing in STATE_DIR to copy.',
};

/** @throws CliError when state is kept elsewhere, or nowhere */
export function requireEmbedded({ stateStore }: StateSettings): void {
  const reason = WITHOUT[stateStore];
  if (reason !== undefined) throw new CliError(reason);
}

/**
 * The state directory of the settings, to look at.
 *
 * @returns null when there is no such directory
 * @throws CliError when state is not kept in one
 */
export async function stateDirectory(settings: StateSettings): Promise<StateDirectory | null> {
  requireEmbedded(settings);
  const { stateDir } = settings;
  const found = await stat(stateDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new CliError(`STATE_DIR cannot be looked at: ${error.message}`);
  });
  if (found === null) return null;
  if (!found.isDirectory()) throw new CliError(`STATE_DIR must be a directory, and ${stateDir} is none.`);
  return StateDirectory.at(stateDir);
}

/** @throws CliError when there is none */
export async function existingStateDirectory(settings: StateSettings): Promise<StateDirectory> {
  const directory = await stateDirectory(settings);
  if (directory !== null) return directory;
  throw new CliError(`There is no state in ${settings.stateDir} (STATE_DIR): the service has not run there.`);
}
