import { Command, Option } from 'commander';
import { StateDirectory } from '../../analytics/durable/state-directory.js';
import { CliError } from '../support/cli-error.js';
import { withHelp } from '../support/help.js';
import { commandSettings } from '../support/settings.js';
import { diskFault } from '../../analytics/durable/disk.js';
import type { Settings } from '../../config/settings.js';
import { GroupOffsets } from './group-offsets.js';
import { inspect } from './inspection.js';
import { withLockedState } from './state-holder.js';
import { stateDirectory } from './state-place.js';

interface ResetOptions {
  readonly offsets: 'keep' | 'beginning';
  readonly yes?: true;
}

/** Nothing was done, as it was not confirmed. */
const NOT_CONFIRMED = 2;

export function resetCommand(): Command {
  const command = new Command('reset')
    .summary('Removes the state: the service begins anew.')
    .description(
      'Removes all checkpoints and journals from STATE_DIR, whatever is wrong with them and whosever they are. The service has to be ' +
        'stopped. With the offsets kept, the next start counts again, without emitting anything, what the input still has of what the ' +
        'group has committed. With --offsets beginning the group begins with the first record that the input still has: everything is ' +
        'processed again, and every outcome is written again.',
    )
    .addOption(
      new Option('--offsets <where>', 'what becomes of the committed offsets of the group')
        .choices(['keep', 'beginning'])
        .default('keep'),
    )
    .option('--yes', 'do it; without it the command says what it would do')
    .action(run);
  return withHelp(command, {
    examples: {
      'state reset': 'what would be removed',
      'state reset --yes': 'state is built anew from what the input still has',
      'state reset --offsets beginning --yes': 'a full reprocess',
    },
    exitCodes: {
      1: 'wrong usage, the service runs, the group has members, or something failed: standard error says what',
      2: 'without --yes: nothing was done',
    },
  });
}

async function run({ offsets, yes }: ResetOptions): Promise<void> {
  const settings = await commandSettings();
  const directory = await stateDirectory(settings.state);
  if (!yes) {
    console.log(await planText(settings, directory, offsets));
    console.error('Nothing was done: give --yes to do it.');
    process.exitCode = NOT_CONFIRMED;
    return;
  }
  const reset = async () => {
    // First what may be refused, so that nothing is done by half.
    const group = offsets === 'beginning' ? await GroupOffsets.read(settings) : null;
    if (directory !== null) await remove(directory);
    console.log(
      directory === null
        ? `There is no state in ${settings.state.stateDir}.`
        : `The state in ${directory.path} is removed.`,
    );
    if (group === null) console.log(KEPT);
    else console.log(`${await group.moveToBeginning()} ${AGAIN}`);
  };
  if (directory === null) await reset();
  else await withLockedState(directory.path, reset);
}

async function remove(directory: StateDirectory): Promise<void> {
  const writable = await StateDirectory.open(directory.path);
  await writable.reset().catch((error: unknown) => {
    throw new CliError(
      `The state in ${directory.path} cannot be removed: ${diskFault(error)}. Some of it may be.`,
    );
  });
}

async function planText(
  { state, kafka, topic }: Settings,
  directory: StateDirectory | null,
  offsets: ResetOptions['offsets'],
): Promise<string> {
  const generations = directory === null ? [] : (await inspect(directory, false)).generations;
  const whose = [...new Set(generations.flatMap(({ checkpoint }) => checkpoint ?? []).map(ownerText))];
  const what =
    generations.length === 0
      ? `There is no state in ${state.stateDir} (STATE_DIR).`
      : `All state in ${state.stateDir} (STATE_DIR) would be removed: ${generations.length} generations` +
        `${whose.length === 0 ? ', none of which can be read' : ` of ${whose.join('; ')}`}.`;
  const then =
    offsets === 'keep'
      ? `The offsets of group ${kafka.groupId} would be kept. ${KEPT}`
      : `The offsets of group ${kafka.groupId} on ${topic.input} would be moved to the beginning of what it still has. ${AGAIN}`;
  return `${what}\n${then}`;
}

const ownerText = ({ group, topic, cluster_id }: { group: string; topic: string; cluster_id: string }) =>
  `group ${group}, topic ${topic}, cluster ${cluster_id}`;

const KEPT =
  'The next start counts again what the input still has of what is committed, in the order of arrival, and writes nothing for it; ' +
  'what its retention has deleted is not counted any more.';
const AGAIN =
  'The next start processes everything that is there again: every outcome is written again, beside those that are there already.';
