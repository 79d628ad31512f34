import type { Settings } from '../../config/settings.js';
import type { LoadedExtension } from '../../extensions/extension.js';
import { Patience } from '../../kafka/patience.js';
import { followTopic } from '../../kafka/topic-follower.js';
import { unlessAborted } from '../../kafka/unless-aborted.js';
import { CliError } from '../support/cli-error.js';
import { commandKafka } from '../support/cluster.js';
import { EXIT } from '../support/exit-codes.js';
import { waitingText } from '../support/waiting.js';
import type { Account } from './account.js';
import { auditLine } from './audit.js';
import { viewCluster } from './cluster-view.js';
import { InputLog } from './input-log.js';
import { LetterLoop } from './letter-loop.js';
import { missingPositions } from './missing-positions.js';
import { progressFault, rangesToRead } from './reading-plan.js';
import { USAGE } from './redrive-options.js';
import type { RedriveOptions, RedriveOutput } from './redrive-options.js';
import { takes } from './redriven-rounds.js';
import { Restorer } from './restorer.js';
import { RunSender } from './run-sender.js';
import type { Progress } from './run-progress.js';
import { fingerprint } from './selection.js';
import type { LogRange } from './topic-ranges.js';
import type { Step } from './step.js';
import { Judgement } from './verdict.js';
import type { Verdict } from './verdict.js';

/**
 * Sends the selected dead letters back to the input topic.
 *
 * @returns the exit code
 * @throws CliError
 */
export async function redrive(
  settings: Settings,
  extensions: readonly LoadedExtension[],
  options: RedriveOptions,
  account: Account,
  output: RedriveOutput,
): Promise<number> {
  const { signal, say } = output;
  const { criteria, dryRun } = options;
  const errorTopic = settings.topic.error;
  if (errorTopic === '')
    throw new CliError('ERROR_TOPIC is empty: the service writes no dead letters.', EXIT.settings);
  const selection = fingerprint(criteria, settings.topic.input, errorTopic);
  const run = options.run ?? selection;
  const groupId = `${settings.kafka.groupId}-redrive-${run}`;
  const patience = new Patience({
    limitMs: options.waitSeconds * 1000,
    signal,
    onWait: (error, seconds) => say(waitingText(error, seconds)),
  });
  const reading = { patience, signal };
  const kafka = commandKafka(settings);
  const { target, errorLog, inputLog, progress } = await patience.until(() =>
    unlessAborted(signal, viewCluster(kafka, settings, options.again ? null : groupId)),
  );
  const fault = progressFault(errorLog, selection, progress);
  if (fault !== null)
    throw new CliError(`Run ${run}: ${fault}. Give another --run, or --again to begin it anew.`, USAGE);
  if (criteria.edited !== null) {
    const ranges = rangesToRead(errorLog, criteria, progress);
    const missing = await missingPositions(kafka, errorTopic, criteria.edited, ranges, progress, reading);
    if (missing.length > 0)
      throw new CliError(
        `There is no dead letter at ${listed(missing)} of ${errorTopic}. Nothing was sent.`,
        USAGE,
      );
  }

  const sender = dryRun ? null : new RunSender(kafka, { ...reading, groupId, errorTopic, selection, target });
  const judgement = dryRun ? await Judgement.open(settings, extensions) : null;
  try {
    const done = sender === null ? progress : await sender.open(options.again);
    const ranges = rangesToRead(errorLog, criteria, done);
    for (const sentence of beginning(run, dryRun, done, ranges)) say(sentence);
    const report = async (step: Step) => {
      const verdict: Verdict | null =
        judgement !== null && step.action === 'send' ? await judgement.of(step) : null;
      await output.line(`${JSON.stringify(auditLine(step, verdict))}\n`);
      account.add(step, verdict);
    };
    const restorer = new Restorer({
      inputTopic: target.topic,
      maxRedrives: options.maxRedrives,
      edited: criteria.edited,
      input: new InputLog(kafka, target.topic, inputLog, reading),
      takes: (record, bytes) => takes(target, record, bytes),
    });
    const loop = new LetterLoop({ ...options, restorer, sender, report, signal });
    await followTopic(kafka, errorTopic, {
      ...reading,
      from: 'beginning',
      ranges,
      onRecords: (records, partition) => loop.take(records, partition),
      onGap: (partition, from, to) =>
        say(`Partition ${partition}: offsets ${from} to ${to - 1} are not there any more.`),
    });
    signal.throwIfAborted();
    if (!loop.reachedMax) await loop.finish(ranges, done);
    else
      say(
        `Stopped after ${options.max}: ${dryRun ? 'a run would, too' : 'the same command goes on from there'}.`,
      );
  } finally {
    sender?.close();
    await judgement?.close();
  }
  return account.skipped > 0 ? EXIT.failure : EXIT.ok;
}

/** What a process of a run is about to do, in sentences. */
function beginning(
  run: string,
  isDry: boolean,
  done: Progress,
  ranges: ReadonlyMap<number, LogRange>,
): string[] {
  const isFinished = done.size > 0 && ranges.size === 0;
  if (isFinished)
    return [`Run ${run} is finished: it has dealt with all that it selects. --again begins it anew.`];
  if (!isDry) return [done.size === 0 ? `Run ${run} begins.` : `Run ${run} goes on where it stopped.`];
  return [
    'Nothing is sent: this is a dry run.',
    ...(done.size > 0 ? [`Run ${run} would go on where it stopped.`] : []),
  ];
}

/** Positions that are named, of very many. */
const MOST_NAMED = 20;

function listed(positions: readonly string[]): string {
  const more = positions.length - MOST_NAMED;
  return positions.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
