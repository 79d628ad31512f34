import { Command } from 'commander';
import { EXIT } from '../support/exit-codes.js';
import { withHelp } from '../support/help.js';
import { commandSettings } from '../support/settings.js';
import { painter, printableJson } from '../support/terminal.js';
import { inspect } from './inspection.js';
import { inspectionText } from './inspection-text.js';
import { holderOf } from './state-holder.js';
import { existingStateDirectory } from './state-place.js';

interface InspectOptions {
  readonly json?: true;
  readonly verify?: true;
}

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .summary('Shows what is in STATE_DIR.')
    .description(
      'Shows what is in STATE_DIR, also while the service runs: who uses it; each checkpoint (from when, by which version, of ' +
        'which group, topic and cluster, how far in each partition, what it has counted and how much it remembers) with the journal ' +
        'of what came after it; what is damaged. Nothing of it is about one person.',
    )
    .option('--verify', 'read all of every file and compare checksums')
    .option('--json', 'machine-readable')
    .action(run);
  return withHelp(command, {
    examples: {
      'state inspect': 'what there is',
      'state inspect --verify': 'is every byte what was written?',
      "state inspect --json | jq '.generations[0].checkpoint.created_at'": 'age of the newest checkpoint',
    },
    exitCodes: { 1: 'wrong usage, no state, or something is damaged: the output says what' },
  });
}

async function run({ json, verify }: InspectOptions): Promise<void> {
  const { state } = await commandSettings();
  const directory = await existingStateDirectory(state);
  const holder = await holderOf(directory.path);
  const inspection = await inspect(directory, verify ?? false);
  if (json) {
    const heldBy = holder && { pid: holder.pid, host: holder.host, since: holder.since };
    console.log(
      printableJson(
        { directory: directory.path, held_by: heldBy, verified: verify ?? false, ...inspection },
        2,
      ),
    );
  } else process.stdout.write(inspectionText(directory.path, holder, inspection, painter()));
  if (inspection.damage.length > 0) process.exitCode = EXIT.failure;
}
