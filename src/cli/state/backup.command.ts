import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { Command } from 'commander';
import { diskFault, syncDirectory } from '../../analytics/durable/disk.js';
import { onStopSignal } from '../../boot/signals.js';
import { CliError } from '../support/cli-error.js';
import { withHelp } from '../support/help.js';
import { byteText, grouped } from '../support/quantities.js';
import { commandSettings } from '../support/settings.js';
import { printable } from '../support/terminal.js';
import { copyState } from './copied-state.js';
import type { StateCopy } from './copied-state.js';
import { existingStateDirectory } from './state-place.js';

export function backupCommand(): Command {
  const command = new Command('backup')
    .summary('Copies the state into a directory.')
    .description(
      'Makes a directory with a consistent, verified copy of the state, also while the service runs. It can take the place of ' +
        'STATE_DIR: stop the service, copy the backup there, start it. The service then reads the input since the backup again, ' +
        'without emitting anything, up to the offsets of its group; so a backup is of use as long as the input keeps what came ' +
        'after it, and for the same group, topic and cluster. What was erased with "state forget" after it comes back with it. ' +
        'With STATE_STORE=redis it is Redis that is to be backed up, with its own means: this command says how.',
    )
    .argument('<directory>', 'a new directory, or an empty one')
    .action(run);
  return withHelp(command, {
    examples: { 'state backup /backup/login-stream-monday': 'a copy of the state as it is now' },
    exitCodes: {
      1: 'wrong usage, no state, damaged state, or the disk refused: standard error says what, and there is no copy',
    },
  });
}

async function run(target: string): Promise<void> {
  const { state } = await commandSettings();
  const source = await existingStateDirectory(state);
  const over = new AbortController();
  onStopSignal(() => over.abort(new CliError('Interrupted: there is no copy.')));
  const part = `${resolve(target)}.part-${randomUUID().slice(0, 8)}`;
  try {
    await refuseUsed(target);
    await mkdir(part, { recursive: true, mode: 0o700 });
    await refuseInside(source.path, part);
    const copy = await copyState(source, part, over.signal);
    over.signal.throwIfAborted();
    await rename(part, target);
    await syncDirectory(dirname(resolve(target)));
    console.log(resultText(target, copy));
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CliError(`The state cannot be copied to ${target}: ${diskFault(error)}.`);
  }
}

async function refuseUsed(target: string): Promise<void> {
  const names = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? new CliError(`${target} is no directory.`) : error;
  });
  if (names.length > 0)
    throw new CliError(`${target} is not empty: a backup needs a directory of its own, which may be new.`);
}

async function refuseInside(source: string, part: string): Promise<void> {
  const [first] = relative(await realpath(source), await realpath(part)).split(sep);
  if (first !== '..') throw new CliError('The backup must not be inside STATE_DIR.');
}

function resultText(target: string, { manifest, checkpoints, journals, entries, bytes }: StateCopy): string {
  const { createdAt, identity, positions } = manifest;
  return [
    `${target}: ${grouped(checkpoints)} checkpoints and ${grouped(journals)} journals with ${grouped(entries)} entries, ${byteText(bytes)}, verified.`,
    `Newest checkpoint: ${new Date(createdAt).toISOString()}, ${Object.keys(positions).length} partitions; ` +
      `group ${printable(identity.group)}, topic ${printable(identity.topic)}, cluster ${printable(identity.clusterId)}.`,
    'To restore it: stop the service, put a copy of this directory in the place of STATE_DIR, start the service. What came after it ' +
      'is read again from the input, which has to have it still.',
  ].join('\n');
}
