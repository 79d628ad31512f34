import { rm, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { withDirectory } from '../../test/broker/support.js';
import { writeCheckpoint } from '../analytics/durable/checkpoint-writer.js';
import { DESCRIPTION, FakeImage } from '../analytics/durable/image.testing.js';
import { batchOf } from '../analytics/durable/journal-entry.testing.js';
import { digestOf } from '../analytics/durable/journal-header.js';
import { Journal } from '../analytics/durable/journal.js';
import { StateDirectory } from '../analytics/durable/state-directory.js';
import { loadGenerations } from './load-generations.js';

/** Two checkpoints, 1 and 3, and the journals 1 to 4 with one entry each. */
const withState = (body: (directory: StateDirectory) => Promise<void>) =>
  withDirectory(async (path) => {
    const directory = await StateDirectory.open(path);
    for (const id of [1, 2, 3, 4]) {
      const journal = await Journal.create(directory.pathOf('journal', id));
      await journal.append(batchOf(id));
      await journal.close();
      if (id % 2 === 1)
        await writeCheckpoint(directory.pathOf('checkpoint', id), DESCRIPTION, new FakeImage({}));
    }
    await body(directory);
  });

const endsOf = async (directory: StateDirectory) =>
  (await loadGenerations(directory)).generations.map(({ id, entries }) => [
    id,
    entries.map((entry) => entry.kind === 'batch' && entry.from),
  ]);

describe('loadGenerations', () => {
  it('finds nothing in an empty directory', () =>
    withDirectory(async (path) => {
      expect(await loadGenerations(await StateDirectory.open(path))).toMatchObject({
        generations: [],
        damage: [],
        lastId: 0,
      });
    }));

  it('gives each checkpoint all journals from its own on, in order; the newest is first', () =>
    withState(async (directory) => {
      const { generations, damage, lastId } = await loadGenerations(directory);
      expect([damage, lastId]).toEqual([[], 4]);
      expect(await endsOf(directory)).toEqual([
        [3, [3, 4]],
        [1, [1, 2, 3, 4]],
      ]);
      expect(generations[0].positions.get(0)).toEqual(DESCRIPTION.positions[0]);
      expect(generations[0].manifest).toMatchObject({ identity: DESCRIPTION.identity, decisions: 'f00' });
    }));

  it('names a journal that is not there, once, and goes on without it', () =>
    withState(async (directory) => {
      await rm(directory.pathOf('journal', 4));
      await rm(directory.pathOf('journal', 2));
      expect((await loadGenerations(directory)).damage).toEqual([
        `There is no journal ${directory.pathOf('journal', 2)}.`,
      ]);
      expect(await endsOf(directory)).toEqual([
        [3, [3]],
        [1, [1, 3]],
      ]);
    }));

  it('names what is damaged, and takes what is whole', () =>
    withState(async (directory) => {
      await truncate(directory.pathOf('checkpoint', 3), 20);
      await writeFile(directory.pathOf('journal', 1), 'nonsense that is no journal at all');
      const { generations, damage } = await loadGenerations(directory);
      expect(generations.map(({ id }) => id)).toEqual([1]);
      expect(damage).toHaveLength(2);
      expect(damage.join()).toMatch(/journal-1\b.*checkpoint-3 is damaged/s);
      expect(await endsOf(directory)).toEqual([[1, [2, 3, 4]]]);
    }));
});

describe('The settings by which journals were decided', () => {
  const [ONE, OTHER] = ['one', 'other'].map(digestOf);
  const checkpoint = digestOf(DESCRIPTION.decisions);

  /** A checkpoint, and journals since: which settings each names, and whether it has a batch. */
  const decisionsOf = (...journals: readonly (readonly [string | undefined, boolean])[]) =>
    withDirectory(async (path) => {
      const directory = await StateDirectory.open(path);
      await writeCheckpoint(directory.pathOf('checkpoint', 1), DESCRIPTION, new FakeImage({}));
      for (const [index, [decisions, hasBatch]] of journals.entries()) {
        const journal = await Journal.create(directory.pathOf('journal', index + 1), { decisions });
        await journal.append(hasBatch ? batchOf(index) : { kind: 'summary', now: 1 });
        await journal.close();
      }
      return (await loadGenerations(directory)).generations[0].decisions;
    });

  it.each([
    ['are those of the checkpoint where no journal says', [[undefined, true]], [checkpoint], checkpoint],
    [
      'are those of each journal that has a batch',
      [
        [ONE, true],
        [OTHER, true],
      ],
      [ONE, OTHER],
      OTHER,
    ],
    [
      'go on where a journal does not say',
      [
        [ONE, false],
        [undefined, true],
      ],
      [ONE],
      ONE,
    ],
    [
      'do not matter where there is no batch',
      [
        [ONE, true],
        [OTHER, false],
      ],
      [ONE],
      OTHER,
    ],
  ] as const)('%s', async (_, journals, ofBatches, latest) => {
    expect(await decisionsOf(...journals)).toEqual({ ofBatches, latest });
  });
});
