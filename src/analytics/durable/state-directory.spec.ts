import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withDirectory } from '../../../test/broker/support.js';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import { asUnprivileged } from './unprivileged.testing.js';
import { StateDirectory } from './state-directory.js';

const NAMES = ['checkpoint-1', 'journal-1', 'journal-2', 'checkpoint-10', 'journal-10'];
const OTHERS = [
  'lock',
  'notes.txt',
  'checkpoint-',
  'checkpoint-01',
  'checkpoint-1.bak',
  'journal--1',
  'journal-1.part',
];

const withFiles = (names: readonly string[], body: (directory: StateDirectory) => Promise<void>) =>
  withDirectory(async (path) => {
    for (const name of names) await writeFile(join(path, name), '');
    await body(await StateDirectory.open(path));
  });

describe(StateDirectory, () => {
  it('is made, with its parents, for its user only', () =>
    withDirectory(async (parent) => {
      const path = join(parent, 'a', 'b');
      expect((await StateDirectory.open(path)).path).toBe(path);
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    }));

  it('lists what there is of each generation, newest first', () =>
    withFiles([...NAMES, ...OTHERS], async (directory) => {
      expect(await directory.list()).toEqual([
        { number: 10, checkpoint: true, journal: true },
        { number: 2, checkpoint: false, journal: true },
        { number: 1, checkpoint: true, journal: true },
      ]);
    }));

  it('is empty at first', () =>
    withFiles([], async (directory) => expect(await directory.list()).toEqual([])));

  it('names the files of a generation', () =>
    withFiles([], async (directory) => {
      expect(directory.pathOf('checkpoint', 12)).toBe(join(directory.path, 'checkpoint-12'));
      expect(directory.pathOf('journal', 0)).toBe(join(directory.path, 'journal-0'));
    }));

  it('deletes older generations and nothing else', () =>
    withFiles([...NAMES, ...OTHERS], async (directory) => {
      await directory.prune(10);
      expect((await readdir(directory.path)).sort()).toEqual(
        [...OTHERS, 'checkpoint-10', 'journal-10'].sort(),
      );
    }));

  it('deletes what a killed writer left behind and nothing else', () =>
    withFiles([...NAMES, ...OTHERS, 'checkpoint-11.part'], async (directory) => {
      await directory.removeLeftovers();
      expect((await readdir(directory.path)).sort()).toEqual([...NAMES, ...OTHERS].sort());
    }));

  it('keeps a file that another instance is writing when it is opened', () =>
    withFiles(['checkpoint-11.part'], async (directory) => {
      expect(await readdir(directory.path)).toEqual(['checkpoint-11.part']);
    }));

  it('is refused where a file is in the way', () =>
    withDirectory(async (parent) => {
      const path = join(parent, 'file');
      await writeFile(path, '');
      for (const each of [path, join(path, 'below')])
        await expect(StateDirectory.open(each)).rejects.toThrow(InvalidSettingsError);
    }));

  it('is refused, by name and with a reason, where the service may not write', () =>
    withDirectory(async (parent) => {
      await chmod(parent, 0o755);
      const path = join(parent, 'shut');
      await mkdir(path, { mode: 0o555 });
      for (const each of [path, join(path, 'below')]) {
        await asUnprivileged(() =>
          expect(StateDirectory.open(each)).rejects.toMatchObject({
            name: 'InvalidSettingsError',
            problems: [
              `STATE_DIR must be a folder that the service can write to; it cannot use ${each}: ` +
                'the service is not allowed to write there: give it the folder (EACCES)',
            ],
          }),
        );
      }
    }));

  it('is without any state after a reset, and known to be so until there is a checkpoint', () =>
    withFiles([...NAMES, ...OTHERS, 'checkpoint-11.part'], async (directory) => {
      expect(await directory.resetAt()).toBe(null);
      await directory.reset(7);
      expect((await readdir(directory.path)).sort()).toEqual([...OTHERS, 'reset'].sort());
      await writeFile(directory.pathOf('journal', 1), '');
      await directory.prune(1);
      expect(await directory.resetAt()).toBe(7);
      await writeFile(directory.pathOf('checkpoint', 1), '');
      expect(await directory.resetAt()).toBe(null);
      await directory.prune(1);
      expect(await readdir(directory.path)).not.toContain('reset');
    }));
});
