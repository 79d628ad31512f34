import { Command, Option } from 'commander';
import { onStopSignal } from '../../boot/signals.js';
import type { Settings } from '../../config/settings.js';
import { Patience } from '../../kafka/patience.js';
import { followTopic } from '../../kafka/topic-follower.js';
import type { RawRecord } from '../../pipeline/raw-record.js';
import { profileName } from '../../profiles/active-profile.js';
import { validatorFor } from '../../schemas/record-schemas.js';
import { CliError } from '../support/cli-error.js';
import { commandKafka } from '../support/cluster.js';
import { EXIT } from '../support/exit-codes.js';
import { withHelp } from '../support/help.js';
import { numberOption } from '../support/number-option.js';
import { commandSettings } from '../support/settings.js';
import { painter } from '../support/terminal.js';
import { DEFAULT_WAIT_SECONDS, waitingText } from '../support/waiting.js';
import { recordJson } from './record-json.js';
import { recordText } from './record-text.js';
import { readValue } from './record-value.js';
import { resolveTopic } from './resolve-topic.js';
import type { ResolvedTopic } from './resolve-topic.js';
import { Verifier } from './verifier.js';

interface TailOptions {
  readonly max?: number;
  readonly fromEnd?: true;
  readonly follow: boolean;
  readonly json?: true;
  readonly verify?: true;
  readonly uncommitted?: true;
  readonly wait: number;
}

export function tailCommand(): Command {
  const command = new Command('tail')
    .description(
      'Shows the records of a topic on the cluster of KAFKA_BROKERS, from the beginning and then those that come, until ' +
        'interrupted. Reads committed records only, without a consumer group.',
    )
    .argument('<topic>', 'a topic, or one of: input, output, error, filtered, summary, metrics')
    .option('--max <n>', 'end after so many records', numberOption({ least: 1, whole: true }))
    .addOption(new Option('--from-end', 'only records that come from now on').conflicts('follow'))
    .option(
      '--no-follow',
      'end where the topic ends now, when the transactions that are open there have ended',
    )
    .option(
      '--json',
      'a line of JSON for each record: topic, partition, offset, timestamp (ms), key, headers, value; where the value is ' +
        'not JSON, value_encoding says what it is: text, base64, or none (null). What is not UTF-8 of key and headers is ' +
        '{"base64": …}',
    )
    .option('--verify', 'check each record against the JSON Schema of the profile (PROFILE)')
    .option('--uncommitted', 'also what was aborted, or is not yet committed')
    .option(
      '--wait <seconds>',
      'how long to wait for the cluster and the topic, at the start and later',
      numberOption({ least: 0 }),
      DEFAULT_WAIT_SECONDS,
    )
    .action(tail);
  return withHelp(command, {
    examples: {
      'tail output': 'all processed logins, and those that come',
      'tail error --from-end --max 5': 'the next five records that are in error',
      "tail output --no-follow --json | jq -r '.value.region' | sort | uniq -c": 'logins by region, so far',
      'tail output --no-follow --verify > /dev/null': 'are all processed records as documented?',
    },
    exitCodes: {
      0: 'read up to --max or to the end, or interrupted (Ctrl-C, SIGTERM)',
      1: 'wrong usage, something failed, or --verify has found a record that is not valid: standard error says what',
    },
  });
}

async function tail(word: string, options: TailOptions): Promise<void> {
  const settings = await commandSettings();
  const resolved = resolveTopic(word, settings.topic);
  const verifier = options.verify ? verifierFor(resolved, settings) : null;
  const over = new AbortController();
  onStopSignal(() => over.abort());
  const patience = new Patience({
    limitMs: options.wait * 1000,
    signal: over.signal,
    onWait: (error, seconds) => console.error(waitingText(error, seconds)),
  });
  const { topic } = resolved;
  const paint = painter();
  let left = options.max ?? Infinity;
  const show = (record: RawRecord, partition: number): string => {
    const value = readValue(record.value);
    for (const line of verifier?.check(record, partition, value) ?? []) console.error(line);
    return options.json
      ? recordJson(record, topic, partition, value)
      : recordText(record, partition, value, paint);
  };
  try {
    await followTopic(commandKafka(settings), topic, {
      from: options.fromEnd ? 'end' : 'beginning',
      toEnd: !options.follow,
      uncommitted: options.uncommitted ?? false,
      signal: over.signal,
      patience,
      onRecords: async (records, partition) => {
        const wanted = records.length > left ? records.slice(0, left) : records;
        await write(wanted.map((record) => show(record, partition)).join(''));
        left -= wanted.length;
        return left > 0;
      },
      onGap: (partition, from, to) =>
        console.error(`Partition ${partition}: offset ${from} is not there any more. Going on from ${to}.`),
    });
  } catch (error) {
    // What was found so far is worth saying; that nothing was found is no result.
    if (verifier !== null && !verifier.allValid) console.error(verifier.text());
    throw error;
  }
  if (verifier !== null) console.error(verifier.text());
  process.exit(verifier?.allValid === false ? EXIT.failure : EXIT.ok);
}

/** @throws CliError when the topic's records have no schema */
function verifierFor({ topic, role }: ResolvedTopic, { profile, input }: Settings): Verifier {
  if (role === null || role === 'input')
    throw new CliError(
      `There is no schema to verify ${topic} with: --verify takes output, error, filtered, summary and metrics.`,
    );
  return new Verifier(topic, validatorFor(role, profileName(profile), input.unknownFields));
}

/** Resolves when the reader has taken the text. */
const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) =>
    process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
  );
