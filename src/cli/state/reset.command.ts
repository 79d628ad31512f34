import { Command, Option } from 'commander';
import type { Settings } from '../../config/settings.js';
import { withHelp } from '../support/help.js';
import { commandSettings } from '../support/settings.js';
import { embeddedReset } from './embedded-reset.js';
import { GroupOffsets } from './group-offsets.js';
import type { ResettableState } from './resettable-state.js';

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
      'Removes all checkpoints and journals from STATE_DIR, whatever is wrong with them and whosever they are; with STATE_STORE=redis ' +
        'all keys of the group from Redis, of whatever format or kind they are. All instances have to be stopped. With the offsets kept, the next start counts again, without emitting anything, what the input still has of what the ' +
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

async function run(options: ResetOptions): Promise<void> {
  const settings = await commandSettings();
  if (settings.state.stateStore !== 'redis')
    return resetOrSay(settings, await embeddedReset(settings.state), options);
  const { withRedisReset } = await import('./redis/redis-reset.js');
  await withRedisReset(settings, (state) => resetOrSay(settings, state, options));
}

async function resetOrSay(
  settings: Settings,
  state: ResettableState,
  { offsets, yes }: ResetOptions,
): Promise<void> {
  if (!yes) {
    console.log(`${await state.describe()}\n${planText(settings, state, offsets)}`);
    console.error('Nothing was done: give --yes to do it.');
    process.exitCode = NOT_CONFIRMED;
    return;
  }
  await state.alone(async () => {
    // First what may be refused, so that nothing is done by half.
    const moves = offsets === 'beginning';
    const group = moves || state.needsGroup ? await GroupOffsets.read(settings) : null;
    console.log(await state.remove(group));
    if (moves) console.log(`${await group!.moveToBeginning()} ${AGAIN}`);
    else console.log(state.afterwards);
  });
}

function planText(
  { kafka, topic }: Settings,
  { afterwards }: ResettableState,
  offsets: ResetOptions['offsets'],
): string {
  return offsets === 'keep'
    ? `The offsets of group ${kafka.groupId} would be kept. ${afterwards}`
    : `The offsets of group ${kafka.groupId} on ${topic.input} would be moved to the beginning of what it still has. ${AGAIN}`;
}

const AGAIN =
  'The next start processes everything that is there again: every outcome is written again, beside those that are there already.';
