import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../../analytics/durable/checkpoint-errors.js';
import { openCheckpoint } from '../../analytics/durable/checkpoint-reader.js';
import type { CheckpointManifest } from '../../analytics/durable/checkpoint-manifest.js';
import { syncDirectory } from '../../analytics/durable/disk.js';
import { JournalError } from '../../analytics/durable/journal-error.js';
import { readJournal } from '../../analytics/durable/read-journal.js';
import { StateDirectory } from '../../analytics/durable/state-directory.js';
import { CliError } from '../support/cli-error.js';
import { SourceFile } from './source-file.js';

/** What was copied. */
export interface StateCopy {
  /** Of the newest checkpoint. */
  readonly manifest: CheckpointManifest;
  readonly checkpoints: number;
  readonly journals: number;
  /** In the journals. */
  readonly entries: number;
  readonly bytes: number;
}

const ATTEMPTS = 10;

/**
 * Copies the state as it is at one moment of the copying, also while a service writes to it: both generations that a restart can
 * begin with, and all journals from the older one on.
 *
 * @param to an empty directory
 * @throws CliError when there is nothing that could be copied, or it is damaged
 */
export async function copyState(from: StateDirectory, to: string, signal: AbortSignal): Promise<StateCopy> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const sources = await openAll(from);
    try {
      let bytes = 0;
      for (const source of sources) bytes += await source.copy(to, signal);
      if (await areFinished(sources)) {
        await syncDirectory(to);
        return { bytes, ...(await verified(StateDirectory.at(to))) };
      }
    } finally {
      await Promise.all(sources.map((source) => source.close()));
    }
    for (const name of await readdir(to)) await rm(join(to, name));
  }
  throw new CliError('The state has changed while it was copied, each time: try again.');
}

/**
 * Opens all at once: what is deleted after that can still be read. Journals are copied first, the newest before the older ones: so
 * none has entries that come after some that another lacks.
 */
async function openAll(from: StateDirectory): Promise<readonly SourceFile[]> {
  for (let attempt = 1; ; attempt++) {
    const sources: SourceFile[] = [];
    try {
      const generations = await from.list();
      const oldest = generations.filter(({ checkpoint }) => checkpoint).at(-1)?.number;
      if (oldest === undefined)
        throw new CliError(`There is no checkpoint in ${from.path}, so there is nothing to copy.`);
      const kept = generations.filter(({ number }) => number >= oldest);
      for (const kind of ['journal', 'checkpoint'] as const)
        for (const generation of kept)
          if (generation[kind]) sources.push(await SourceFile.open(from, kind, generation.number));
      return sources;
    } catch (error) {
      await Promise.all(sources.map((source) => source.close()));
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Nothing is written to a journal any more when there is a newer one, but for what was on its way. */
async function areFinished([, ...older]: readonly SourceFile[]): Promise<boolean> {
  for (const source of older) if (await source.hasGrown()) return false;
  return true;
}

/** @throws CliError when it is not whole */
async function verified(copy: StateDirectory): Promise<Omit<StateCopy, 'bytes'>> {
  const generations = await copy.list();
  const manifests: CheckpointManifest[] = [];
  let journals = 0;
  let entries = 0;
  try {
    for (const { number, checkpoint, journal } of generations) {
      if (checkpoint) manifests.push(await verifiedCheckpoint(copy.pathOf('checkpoint', number)));
      if (!journal) throw new CliError(damaged(`generation ${number} has no journal`));
      const content = await readJournal(copy.pathOf('journal', number));
      if (content.damage !== null) throw new CliError(damaged(content.damage));
      journals++;
      entries += content.entries.length;
    }
  } catch (error) {
    if (error instanceof CheckpointError || error instanceof JournalError)
      throw new CliError(damaged(error.message));
    throw error;
  }
  return { manifest: manifests[0], checkpoints: manifests.length, journals, entries };
}

async function verifiedCheckpoint(path: string): Promise<CheckpointManifest> {
  const reader = await openCheckpoint(path);
  try {
    await reader.verify();
    return reader.manifest;
  } finally {
    await reader.close();
  }
}

const damaged = (what: string) =>
  `The state is damaged, so there is no copy of it (${what}). See login-stream state inspect --verify.`;
