import { diskFault } from '../../analytics/durable/disk.js';
import { StateDirectory } from '../../analytics/durable/state-directory.js';
import type { StateSettings } from '../../config/state.settings.js';
import { CliError } from '../support/cli-error.js';
import { latestSummary } from '../../recovery/latest-summary.js';
import { loadGenerations } from '../../recovery/load-generations.js';
import { inspect } from './inspection.js';
import type { ResettableState } from './resettable-state.js';
import { withLockedState } from './state-holder.js';
import { stateDirectory } from './state-place.js';

/** @throws CliError when state is kept nowhere */
export async function embeddedReset(state: StateSettings): Promise<ResettableState> {
  const directory = await stateDirectory(state);
  return {
    needsGroup: false,
    afterwards:
      'The next start counts again what the input still has of what is committed, in the order of arrival, and writes nothing for it; ' +
      'what its retention has deleted is not counted any more. Partitions without a committed offset (login-stream groups) are processed ' +
      'from their beginning: their outcomes are written again.',
    describe: () => describe(state, directory),
    alone: (work) => (directory === null ? work() : withLockedState(directory.path, work)),
    remove: async () => {
      if (directory === null) return `There is no state in ${state.stateDir}.`;
      await remove(directory);
      return `The state in ${directory.path} is removed.`;
    },
  };
}

async function remove(directory: StateDirectory): Promise<void> {
  const writable = await StateDirectory.open(directory.path);
  const { generations, resetAt } = await loadGenerations(writable);
  await writable.reset(Math.max(resetAt, latestSummary(generations))).catch((error: unknown) => {
    throw new CliError(
      `The state in ${directory.path} cannot be removed: ${diskFault(error)}. Some of it may be.`,
    );
  });
}

async function describe({ stateDir }: StateSettings, directory: StateDirectory | null): Promise<string> {
  const generations = directory === null ? [] : (await inspect(directory, false)).generations;
  if (generations.length === 0) return `There is no state in ${stateDir} (STATE_DIR).`;
  const whose = [...new Set(generations.flatMap(({ checkpoint }) => checkpoint ?? []).map(ownerText))];
  const of = whose.length === 0 ? ', none of which can be read' : ` of ${whose.join('; ')}`;
  return `All state in ${stateDir} (STATE_DIR) would be removed: ${generations.length} generations${of}.`;
}

const ownerText = ({ group, topic, cluster_id }: { group: string; topic: string; cluster_id: string }) =>
  `group ${group}, topic ${topic}, cluster ${cluster_id}`;
