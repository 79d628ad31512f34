import { CheckpointError } from '../analytics/durable/checkpoint-errors.js';
import type { CheckpointDescription } from '../analytics/durable/checkpoint-manifest.js';
import { openCheckpoint } from '../analytics/durable/checkpoint-reader.js';
import { digestOf } from '../analytics/durable/journal-header.js';
import { readJournal } from '../analytics/durable/read-journal.js';
import type { JournalContent } from '../analytics/durable/read-journal.js';
import { StateEngine } from '../analytics/state-engine.js';
import type { StateDirectory } from '../analytics/durable/state-directory.js';
import type { Generation } from './recovery-plan.js';

export interface LoadedGeneration extends Generation {
  /** Number of the last summary that it counts. */
  readonly sequence: number;
  /** Logins that it counts. */
  readonly processed: number;
  readonly manifest: Omit<CheckpointDescription, 'positions'>;
  readonly decisions: Decisions;
}

/** By which settings what came after a checkpoint was decided, as digests. */
export interface Decisions {
  /** The batches of its journals, in order. */
  readonly ofBatches: readonly string[];
  /** What no journal has, as far as that can be known: those of the last start. */
  readonly latest: string;
}

/** What a state directory holds. */
export interface LoadedState {
  /** Those that can be read, newest first. */
  readonly generations: readonly LoadedGeneration[];
  /** What cannot be used, and why. */
  readonly damage: readonly string[];
  /** Greatest number of a file that is there; 0 when there is none. */
  readonly lastId: number;
  /** Somebody was erased whom older files may still have. */
  readonly hasErasures: boolean;
  /** There is no checkpoint because an operator wanted none. */
  readonly isReset: boolean;
  /** Number of the last summary before that; 0: not known. */
  readonly resetAt: number;
}

/** Reads the descriptions of all checkpoints, and the journals. Of the state itself nothing. */
export async function loadGenerations(directory: StateDirectory): Promise<LoadedState> {
  const files = await directory.list();
  const idsOf = (kind: 'checkpoint' | 'journal') =>
    files.filter((each) => each[kind]).map(({ number }) => number);
  const [checkpoints, journals] = [idsOf('checkpoint'), idsOf('journal')];
  const damage: string[] = [];
  const segments = new Map<number, JournalContent>();
  for (const id of journals) {
    try {
      const content = await readJournal(directory.pathOf('journal', id));
      segments.set(id, content);
      if (content.damage !== null) damage.push(content.damage);
    } catch (error) {
      damage.push((error as Error).message);
    }
  }
  const generations: LoadedGeneration[] = [];
  const lastId = Math.max(0, ...checkpoints, ...journals);
  const lost = new Set<string>();
  for (const id of checkpoints) {
    try {
      const checkpoint = await openCheckpoint(directory.pathOf('checkpoint', id));
      await checkpoint.close();
      const { positions, ...manifest } = checkpoint.manifest;
      const since = journals.filter((journal) => journal >= id).sort((a, b) => a - b);
      for (let journal = id; journal <= lastId; journal++)
        if (!journals.includes(journal)) lost.add(directory.pathOf('journal', journal));
      generations.push({
        id,
        manifest,
        decisions: decisionsSince(
          digestOf(manifest.decisions),
          since.flatMap((journal) => segments.get(journal) ?? []),
        ),
        sequence: StateEngine.sequenceIn(manifest.facts),
        processed: StateEngine.processedIn(manifest.facts),
        positions: new Map(
          Object.entries(positions).map(([partition, position]) => [Number(partition), position]),
        ),
        entries: since.flatMap((journal) => segments.get(journal)?.entries ?? []),
      });
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      damage.push(error.message);
    }
  }
  for (const path of lost) damage.push(`There is no journal ${path}.`);
  const hasErasures = [...segments.values()].some(({ entries }) =>
    entries.some(({ kind }) => kind === 'forget'),
  );
  const resetAt = await directory.resetAt();
  const isReset = resetAt !== null;
  return { generations, damage, lastId, hasErasures, isReset, resetAt: resetAt ?? 0 };
}

/** A journal that does not say by which settings goes by those before it. Where there is no batch nothing was decided. */
function decisionsSince(checkpoint: string, journals: readonly JournalContent[]): Decisions {
  const ofBatches = new Set<string>();
  let latest = checkpoint;
  for (const { entries, decisions } of journals) {
    latest = decisions ?? latest;
    if (entries.some(({ kind }) => kind === 'batch')) ofBatches.add(latest);
  }
  return { ofBatches: [...ofBatches], latest };
}
