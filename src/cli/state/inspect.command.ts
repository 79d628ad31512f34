import { Command } from 'commander';
import { EXIT } from '../support/exit-codes.js';
import { CliError } from '../support/cli-error.js';
import { withHelp } from '../support/help.js';
import { loadForCommand } from '../support/settings.js';
import type { CommandEnvironment } from '../support/settings.js';
import { painter, printableJson } from '../support/terminal.js';
import type { StateSettings } from '../../config/state.settings.js';
import { inspect } from './inspection.js';
import { inspectionText } from './inspection-text.js';
import { redisInspectionText } from './redis/redis-inspection-text.js';
import { holderOf } from './state-holder.js';
import { existingStateDirectory } from './state-place.js';

interface InspectOptions {
  readonly json?: true;
  readonly verify?: true;
}

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .summary('Shows what the service remembers: how much, of what, how far.')
    .description(
      'Shows what is in STATE_DIR, also while the service runs: who uses it; each checkpoint (from when, by which version, of ' +
        'which group, topic and cluster, how far in each partition, what it has counted and how much it remembers) with the journal ' +
        'of what came after it; what is damaged. With STATE_STORE=redis: where Redis is; whether the state there is what these settings ' +
        'want; what it has counted and how much it remembers; how far it is with each partition. Nothing of it is about one person.',
    )
    .option('--verify', 'read all of every file and compare checksums (not with STATE_STORE=redis)')
    .option('--json', 'machine-readable; with STATE_STORE=redis it has other fields')
    .action(run);
  return withHelp(command, {
    examples: {
      'state inspect': 'what there is',
      'state inspect --verify': 'is every byte what was written?',
      "state inspect --json | jq '.generations[0].checkpoint.created_at'": 'age of the newest checkpoint',
      "state inspect --json | jq '.partitions[].next_offset'": 'how far Redis is (STATE_STORE=redis)',
    },
    exitCodes: {
      1: 'wrong usage, no state, something is damaged, or Redis does not answer or has a state of another kind: the output says what',
    },
  });
}

async function run(options: InspectOptions): Promise<void> {
  const environment = await loadForCommand();
  const { state } = environment.settings;
  if (state.stateStore === 'redis') await showRedis(environment, options);
  else await showDirectory(state, options);
}

async function showRedis(environment: CommandEnvironment, { json, verify }: InspectOptions): Promise<void> {
  if (verify)
    throw new CliError('--verify is for files, and with STATE_STORE=redis there are none: leave it out.');
  const { inspectRedis } = await import('./redis/redis-inspection.js');
  const inspection = await inspectRedis(environment);
  if (json) console.log(printableJson(inspection, 2));
  else process.stdout.write(redisInspectionText(inspection, painter()));
  if (inspection.unusable !== null) process.exitCode = EXIT.failure;
}

async function showDirectory(state: StateSettings, { json, verify }: InspectOptions): Promise<void> {
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
