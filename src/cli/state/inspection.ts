import { CheckpointError, MissingCheckpoint } from '../../analytics/durable/checkpoint-errors.js';
import { openCheckpoint } from '../../analytics/durable/checkpoint-reader.js';
import type { JournalEntry } from '../../analytics/durable/journal-entry.js';
import { JournalError } from '../../analytics/durable/journal-error.js';
import { readJournal } from '../../analytics/durable/read-journal.js';
import type { StateDirectory } from '../../analytics/durable/state-directory.js';
import { stat } from 'node:fs/promises';
import { figuresOf } from './figures.js';
import type { StateFigures } from './figures.js';

export interface CheckpointReport {
  /** ISO 8601. */
  readonly created_at: string;
  readonly service_version: string;
  readonly group: string;
  readonly topic: string;
  readonly cluster_id: string;
  readonly bytes: number;
  readonly positions: readonly { readonly partition: number; readonly next_offset: number }[];
  readonly figures: StateFigures;
}

export interface JournalReport {
  readonly bytes: number;
  readonly entries: number;
  readonly batches: number;
  readonly summaries: number;
  readonly erasures: number;
  /** Partitions whose log was found to be a new one. */
  readonly new_logs: number;
  /** Offsets that its batches cover, from `from` up to, not including, `end`. */
  readonly partitions: readonly { readonly partition: number; readonly from: number; readonly end: number }[];
}

/** A checkpoint, and the journal of what came after its instant; null: there is none, or it cannot be read. */
export interface GenerationReport {
  readonly generation: number;
  readonly checkpoint: CheckpointReport | null;
  readonly journal: JournalReport | null;
}

export interface Inspection {
  /** Newest first. */
  readonly generations: readonly GenerationReport[];
  /** What is damaged or missing, in sentences. */
  readonly damage: readonly string[];
}

/** While the service runs, files go and come between two looks. */
const LOOKS = 5;

/**
 * Reads what is in a state directory, also while a service uses it.
 *
 * @param verify read all of each checkpoint and compare its checksums
 */
export async function inspect(directory: StateDirectory, verify: boolean): Promise<Inspection> {
  for (let look = 1; ; look++) {
    const found = await lookAt(directory, verify);
    // What is really damaged still is at the next look.
    if (found.damage.length === 0 || look === LOOKS) return found;
    const before = (await directory.list()).map(({ number }) => number).join();
    if (before === found.generations.map(({ generation }) => generation).join()) return found;
  }
}

async function lookAt(directory: StateDirectory, verify: boolean): Promise<Inspection> {
  const damage: string[] = [];
  const generations: GenerationReport[] = [];
  const files = await directory.list();
  for (const { number: generation, ...has } of files) {
    generations.push({
      generation,
      checkpoint: has.checkpoint ? await checkpointAt(directory, generation, verify, damage) : null,
      journal: has.journal ? await journalAt(directory, generation, damage) : null,
    });
  }
  const oldest = files.filter(({ checkpoint }) => checkpoint).at(-1)?.number;
  const journals = new Set(files.filter(({ journal }) => journal).map(({ number }) => number));
  if (oldest !== undefined)
    for (let number = oldest; number <= files[0].number; number++)
      if (!journals.has(number)) damage.push(`There is no journal ${directory.pathOf('journal', number)}.`);
  return { generations, damage };
}

async function checkpointAt(
  directory: StateDirectory,
  generation: number,
  verify: boolean,
  damage: string[],
): Promise<CheckpointReport | null> {
  const path = directory.pathOf('checkpoint', generation);
  try {
    const reader = await openCheckpoint(path);
    try {
      if (verify) await reader.verify();
      const { createdAt, serviceVersion, identity, positions } = reader.manifest;
      return {
        created_at: new Date(createdAt).toISOString(),
        service_version: serviceVersion,
        group: identity.group,
        topic: identity.topic,
        cluster_id: identity.clusterId,
        bytes: (await stat(path)).size,
        positions: Object.entries(positions).map(([partition, { next }]) => ({
          partition: Number(partition),
          next_offset: next,
        })),
        figures: await figuresOf(reader),
      };
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (error instanceof RangeError)
      damage.push(`The checkpoint ${path} is not one of this version of the service: ${error.message}.`);
    else if (error instanceof CheckpointError) damage.push(error.message);
    else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      damage.push(new MissingCheckpoint(path).message);
    else throw error;
    return null;
  }
}

async function journalAt(
  directory: StateDirectory,
  generation: number,
  damage: string[],
): Promise<JournalReport | null> {
  const path = directory.pathOf('journal', generation);
  try {
    const { entries, damage: where } = await readJournal(path);
    if (where !== null) damage.push(where);
    const count = (kind: JournalEntry['kind']) => entries.filter((entry) => entry.kind === kind).length;
    return {
      bytes: await stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
      entries: entries.length,
      batches: count('batch'),
      summaries: count('summary'),
      erasures: count('forget'),
      new_logs: count('reset'),
      partitions: coverageOf(entries),
    };
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    damage.push(error.message);
    return null;
  }
}

/** By partition: from the first batch to the last one. */
function coverageOf(entries: readonly JournalEntry[]): JournalReport['partitions'] {
  const ranges = new Map<number, { from: number; end: number }>();
  for (const entry of entries) {
    if (entry.kind !== 'batch') continue;
    const from = ranges.get(entry.partition)?.from ?? entry.from;
    ranges.set(entry.partition, { from, end: entry.end });
  }
  return [...ranges]
    .sort(([a], [b]) => a - b)
    .map(([partition, { from, end }]) => ({ partition, from, end }));
}
