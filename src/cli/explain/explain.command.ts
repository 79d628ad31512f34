import { Command } from 'commander';
import { settingsOf } from '../../config/setting.decorator.js';
import { TopicSettings } from '../../config/topic.settings.js';
import { EXIT } from '../support/exit-codes.js';
import { withHelp } from '../support/help.js';
import { loadForCommand } from '../support/settings.js';
import { painter, printableJson } from '../support/terminal.js';
import { parseArrival } from './arrival.js';
import { explanationText } from './explanation-text.js';
import { readMessage } from './message.js';

interface ExplainOptions {
  readonly file?: string;
  readonly key?: string;
  readonly arrival?: number;
  readonly json?: true;
}

const EXIT_CODES = { processed: EXIT.ok, filtered: EXIT.filtered, error: EXIT.error } as const;

export function explainCommand(): Command {
  const command = new Command('explain')
    .summary('Says what would happen to a message, stage by stage.')
    .description(
      'Says what would happen to a message, stage by stage, with the settings in force: which rules it breaks, which ' +
        'filter takes it out, what is added to it, and what would be written to which topic. It goes through the ' +
        'service’s own stages, with an empty state; Kafka is not needed and nothing is written. Only look-ups, if there ' +
        'are any, ask what they ask in the service.',
    )
    .argument(
      '[message]',
      'the value of the record, as JSON; - reads its bytes, as they are, from standard input',
    )
    .option('--file <file>', 'read the bytes of the value from a file')
    .option('--key <text>', 'key of the record (default: none)')
    .option('--arrival <time>', 'time of the record, ISO 8601 or milliseconds (default: now)', parseArrival)
    .option('--json', 'machine-readable')
    .action(run);
  return withHelp(command, {
    examples: {
      [`explain '{"user_id": "u-1", "app_version": "2.3"}'`]: 'every rule that it breaks',
      'generate --count 1 --bad-percent 0 --stdout | login-stream explain -':
        'a login that would be processed',
      'explain --file login.json --arrival 2024-03-24T18:10:00Z --json': 'machine-readable',
    },
    exitCodes: { 0: 'would be processed', 3: 'would be filtered', 4: 'would go to the error topic' },
  });
}

async function run(argument: string | undefined, options: ExplainOptions): Promise<void> {
  const { settings, extensions } = await loadForCommand();
  const value = await readMessage(argument, options.file);
  const key = options.key === undefined ? null : Buffer.from(options.key);
  // It brings all stages and their data: the other commands start without them.
  const { explain } = await import('./explain.js');
  const explanation = await explain(
    settings,
    { key, value, arrival: options.arrival ?? Date.now() },
    extensions,
  );
  if (options.json) console.log(printableJson(explanation, 2));
  else process.stdout.write(explanationText(explanation, topicVariables(), painter()));
  process.exitCode = EXIT_CODES[explanation.outcome];
}

function topicVariables(): Record<keyof typeof EXIT_CODES, string> {
  const variables = new Map(settingsOf(TopicSettings).map(({ property, name }) => [property, name]));
  const of = (property: keyof TopicSettings) => variables.get(property) ?? '';
  return { processed: of('output'), filtered: of('filtered'), error: of('error') };
}
