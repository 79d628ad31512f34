import { Command, Option } from 'commander';
import { onStopSignal } from '../../boot/signals.js';
import { parseArrival } from '../explain/arrival.js';
import { Progress } from '../generate/progress.js';
import { CliError } from '../support/cli-error.js';
import { EXIT } from '../support/exit-codes.js';
import { withHelp } from '../support/help.js';
import { numberOption } from '../support/number-option.js';
import { loadForCommand } from '../support/settings.js';
import { DEFAULT_WAIT_SECONDS } from '../support/waiting.js';
import { Account } from './account.js';
import { CRITERIA, criteriaOf, parseReason, parseRun } from './command-options.js';
import type { CommandOptions } from './command-options.js';
import { parseOffsets } from './offset-range.js';
import { USAGE } from './redrive-options.js';

const DEFAULT_MAX_REDRIVES = 3;

export function redriveCommand(): Command {
  const command = new Command('redrive')
    .summary('Sends dead letters back to the input topic.')
    .description(
      'Sends dead letters from ERROR_TOPIC back to INPUT_TOPIC, once what was wrong is mended: original value, key and ' +
        'headers, with the arrival of the original. Those are sent that all given criteria let pass. For each a line of ' +
        'JSON says what was done, without any value of it. Records are sent in transactions, together with how far the ' +
        'run has come: whatever is interrupted, the same command goes on and sends nothing twice. Give it the ' +
        'environment of the service.',
    )
    .option(
      '--reason <error_type>',
      'of this type, such as unknown_fields; may be given several times',
      parseReason,
    )
    .option(
      '--since <time>',
      'written to the error topic at this time or later: ISO 8601 or milliseconds',
      parseArrival,
    )
    .option('--until <time>', 'written to it before this time', parseArrival)
    .option(
      '--offsets <range>',
      'at these offsets of the error topic: <partition>:<from>-<to>, both included; may be given several times',
      parseOffsets,
    )
    .option(
      '--source <range>',
      'whose originals are at these offsets of the input topic; the same form',
      parseOffsets,
    )
    .option('--all', 'all of them')
    .addOption(
      new Option(
        '--edited <file>',
        'exactly those in the file, with its values in place of theirs; a line of JSON for each: ' +
          '{"partition":0,"offset":12,"value":{…}}, with the position in the error topic; a text as value is taken as it is',
      ).conflicts([...CRITERIA, 'all']),
    )
    .option('--dry-run', 'say what would become of each, send nothing and leave nothing behind')
    .option('--rate <n>', 'messages per second; 0: as fast as possible', numberOption({ least: 0 }), 0)
    .option('--max <n>', 'stop after so many messages', numberOption({ least: 1, whole: true }))
    .option(
      '--max-redrives <n>',
      'skip what was redriven so often already',
      numberOption({ least: 1, whole: true }),
      DEFAULT_MAX_REDRIVES,
    )
    .option(
      '--run <name>',
      'under which progress is kept, in the group <KAFKA_GROUP_ID>-redrive-<name> (default: made from the criteria)',
      parseRun,
    )
    .option('--again', 'begin the run anew: sends again what it has sent')
    .option(
      '--wait <seconds>',
      'how long to wait for the cluster, at the start and later',
      numberOption({ least: 0 }),
      DEFAULT_WAIT_SECONDS,
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.ok : USAGE))
    .action(run);
  return withHelp(command, {
    examples: {
      'redrive --reason unknown_fields --dry-run': 'what would become of them with the settings in force',
      'redrive --reason unknown_fields --since 2024-03-24T18:00:00Z': 'sends those of an evening',
      'redrive --offsets 0:120-140 --offsets 2:7': 'sends these, by their place in the error topic',
      'redrive --edited mended.ndjson': 'sends the values of a file instead',
      'redrive --all --rate 200 --run monday': 'all, 200 a second; the same again goes on where it stopped',
    },
    exitCodes: {
      0: 'all that were selected were sent, or as many as --max says; in a dry run: would be',
      1: 'some were skipped, it was interrupted, or something failed: standard error says what',
      2: 'wrong usage, or a file of values that is not right: nothing was sent',
    },
  });
}

async function run(options: CommandOptions): Promise<void> {
  const criteria = await criteriaOf(options);
  const { settings, extensions } = await loadForCommand();
  const over = new AbortController();
  onStopSignal(() => over.abort());
  const account = new Account();
  // Lines that are shown on a terminal are progress enough.
  const progress = process.stdout.isTTY
    ? null
    : new Progress(() => account.sent, options.max ?? Infinity, process.stderr);
  const say = (text: string) => (progress === null ? console.error(text) : progress.say(text));
  let exitCode: number = EXIT.failure;
  try {
    // It brings what the service reads and writes records with: the other commands start without it.
    const { redrive } = await import('./redrive.js');
    exitCode = await redrive(
      settings,
      extensions,
      {
        criteria,
        run: options.run,
        again: options.again ?? false,
        dryRun: options.dryRun ?? false,
        rate: options.rate,
        max: options.max ?? Infinity,
        maxRedrives: options.maxRedrives,
        waitSeconds: options.wait,
      },
      account,
      { line: write, say, signal: over.signal },
    );
  } catch (error) {
    if (error instanceof CliError && error.exitCode === USAGE) throw error;
    progress?.stop();
    if (account.sent + account.skipped > 0) process.stderr.write(account.text(options.dryRun ?? false));
    if (!over.signal.aborted) throw error;
    console.error('Interrupted: the same command goes on where this has stopped.');
    process.exit(EXIT.failure);
  } finally {
    progress?.stop();
  }
  process.stderr.write(account.text(options.dryRun ?? false));
  process.exit(exitCode);
}

/** Resolves when the reader has taken the text. */
const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) =>
    process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
  );
