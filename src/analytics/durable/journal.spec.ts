import { execFileSync } from 'node:child_process';
import { closeSync, open, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withDirectory } from '../../../test/broker/support.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { ChildProgram, compileFolder } from '../../../test/support/child-program.js';
import { ENTRY_BYTES } from './journal-entry.js';
import { batchOf, journalEntry } from './journal-entry.testing.js';
import { HEADER_BYTES } from './journal-header.js';
import { Journal } from './journal.js';
import type { JournalLimits } from './journal.js';
import { readJournal } from './read-journal.js';

const openFile = promisify(open);
const THREADS = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/** Runs `body` while no file operation of this process can be done: all threads for them wait at a pipe that nobody writes to. */
async function withDeadDisk(directory: string, body: () => Promise<void>): Promise<void> {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const readers = Array.from({ length: THREADS }, () => openFile(pipe, 'r'));
  try {
    await body();
  } finally {
    const writer = openSync(pipe, 'r+');
    for (const reader of await Promise.all(readers)) closeSync(reader);
    closeSync(writer);
  }
}

const inNewJournal = (body: (journal: Journal, directory: string) => Promise<void>, limits?: JournalLimits) =>
  withDirectory(async (directory) => {
    const journal = await Journal.create(join(directory, 'journal-1'), { limits });
    await body(journal, directory);
  });

describe(Journal, () => {
  it('holds what was appended in the order of the calls, however they wait', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(journalEntry, fc.boolean()), { maxLength: 300 }), (steps) =>
        inNewJournal(async (journal) => {
          const appends: Promise<void>[] = [];
          for (const [entry, wait] of steps) {
            appends.push(journal.append(entry));
            if (wait) await appends.at(-1);
          }
          await Promise.all(appends);
          const expected = steps.map(([entry]) => entry);
          expect(await readJournal(journal.path)).toEqual({ entries: expected, damage: null });
          expect(journal.entries).toBe(steps.length);
          expect(journal.bytes).toBe((await readFile(journal.path)).length);
          expect(journal.trouble).toBeNull();
          await journal.close();
        }),
      ),
      { numRuns: 30 },
    );
  });

  it('has an entry in the file when the append is over', () =>
    inNewJournal(async (journal) => {
      for (let offset = 0; offset < 50; offset++) {
        await journal.append(batchOf(offset));
        expect((await readFile(journal.path)).length).toBe(HEADER_BYTES + (offset + 1) * ENTRY_BYTES);
      }
      await journal.close();
    }));

  it('has written everything when it is drained or closed', async () => {
    for (const wait of [(journal: Journal) => journal.drained(), (journal: Journal) => journal.close()]) {
      await inNewJournal(async (journal) => {
        for (let offset = 0; offset < 1_000; offset++) void journal.append(batchOf(offset));
        await wait(journal);
        expect((await readJournal(journal.path)).entries).toHaveLength(1_000);
        await journal.drained();
        await journal.close();
      });
    }
  });

  it('takes nothing any more when it is closed', () =>
    inNewJournal(async (journal) => {
      await journal.close();
      expect(() => journal.append(batchOf(0))).toThrow('is closed');
    }));

  it('never replaces a file', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'journal-1');
      await writeFile(path, 'precious');
      await expect(Journal.create(path)).rejects.toMatchObject({ name: 'JournalError', code: 'not_created' });
      expect(await readFile(path, 'utf8')).toBe('precious');
    }));

  it('says why it cannot be made', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'none', 'journal-1');
      await expect(Journal.create(path)).rejects.toThrow(
        `The journal ${path} cannot be made: the folder is gone: make it again (ENOENT).`,
      );
    }));

  it('lets nobody wait for a disk that does not answer, and writes everything when it does again', () =>
    inNewJournal(
      async (journal, directory) => {
        await journal.append(batchOf(0));
        await withDeadDisk(directory, async () => {
          const started = performance.now();
          await Promise.all([journal.append(batchOf(1)), journal.append(batchOf(2))]);
          expect(performance.now() - started).toBeLessThan(1_500);
          expect(journal.trouble).toContain('takes longer than 200 ms. 2 entries wait in memory');
          const more = performance.now();
          await journal.append(batchOf(3));
          expect(performance.now() - more).toBeLessThan(100);
        });
        await journal.drained();
        await waitFor('the end of the trouble', () => journal.trouble === null, 5_000);
        expect((await readJournal(journal.path)).entries).toEqual([0, 1, 2, 3].map(batchOf));
        await journal.close();
      },
      { patienceMs: 200, keptEntries: 100 },
    ));

  it('is incomplete, and says so, when more entries wait than it keeps; what it has is a beginning', () =>
    inNewJournal(
      async (journal, directory) => {
        await withDeadDisk(directory, async () => {
          for (let offset = 0; offset < 25; offset++) void journal.append(batchOf(offset));
          expect(journal.incomplete).toBe(true);
          expect(journal.trouble).toContain('ends early: 5 entries found no room in memory');
        });
        await journal.drained();
        await journal.append(batchOf(25));
        expect(journal.trouble).toContain('ends early: 6 entries');
        await journal.close();
        expect(journal.entries).toBe(20);
        expect((await readJournal(journal.path)).entries).toEqual(
          Array.from({ length: 20 }, (_, offset) => batchOf(offset)),
        );
      },
      { patienceMs: 100, keptEntries: 20 },
    ));

  it('is closed although the disk does not answer', () =>
    inNewJournal(
      (journal, directory) =>
        withDeadDisk(directory, async () => {
          void journal.append(batchOf(0));
          const started = performance.now();
          await journal.close();
          expect(performance.now() - started).toBeLessThan(1_500);
          expect(journal.trouble).toContain('1 entries wait in memory');
        }),
      { patienceMs: 200, keptEntries: 100 },
    ));
});

/** Appends batch after batch and tells on each line how many were appended, then the trouble. */
const APPENDING = `
  import { Journal } from './journal.js';
  const journal = await Journal.create('../journal-1');
  process.stdin.once('data', () => { ended = true; });
  let ended = false;
  for (let offset = 0; !ended; offset++) {
    const last = { offset, timestamp: 1_700_000_000_000 + offset, hi: offset, lo: ~offset };
    const started = performance.now();
    await journal.append({ kind: 'batch', partition: 0, from: offset, end: offset + 1, now: last.timestamp, last });
    const took = performance.now() - started;
    process.stdout.write(offset + 1 + ' ' + (took > 1000 ? 'waited' : '') + (journal.trouble ?? 'fine') + '\\n');
    if (offset > 60) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await journal.close();
  process.stdout.write('closed ' + (journal.trouble ?? 'fine') + '\\n');
  process.exit();
`;

const withAppending = (
  around: readonly string[],
  body: (child: ChildProgram, path: string) => Promise<void>,
) =>
  withDirectory(async (directory) => {
    const child = new ChildProgram(await compileFolder(directory), APPENDING, around);
    try {
      await body(child, join(directory, 'journal-1'));
    } finally {
      await child.end();
    }
  });

describe('the journal of a process', () => {
  it.each([1, 17, 61, 100])('has all that was appended when it is killed after %i', (count) =>
    withAppending([], async (child, path) => {
      await child.until(new RegExp(`^${count} `, 'm'));
      child.signal('SIGKILL');
      await child.exit;
      const told = Number(/^(\d+) fine\n(?!.*\d+ fine\n)/m.exec(child.output)![1]);
      const { entries, damage } = await readJournal(path);
      expect(damage).toBeNull();
      expect(entries.length).toBeGreaterThanOrEqual(told);
      expect(entries).toEqual(entries.map((_, offset) => batchOf(offset)));
    }),
  );

  // The limit lies within an entry, as the end of a disk does.
  const limited = ['prlimit', `--fsize=${HEADER_BYTES + 40 * ENTRY_BYTES + 9}:unlimited`];

  it('goes on, and says so, when the file cannot grow; when it can again, nothing is missing', () =>
    withAppending(limited, async (child, path) => {
      await child.until(
        /^40 fine\n41 The journal .* cannot be written: .*\(EFBIG\)\. 1 entries wait in memory/m,
      );
      await child.until(/^70 The journal .* 30 entries wait/m);
      expect(await readJournal(path)).toEqual({
        entries: Array.from({ length: 40 }, (_, offset) => batchOf(offset)),
        damage: null,
      });
      execFileSync('prlimit', [`--pid=${child.pid}`, '--fsize=unlimited']);
      await child.until(/ entries wait[^\n]*\n\d+ fine\n/);
      child.tell('end');
      await child.until(/^closed fine/m);
      const { entries, damage } = await readJournal(path);
      expect(damage).toBeNull();
      expect(entries.length).toBeGreaterThan(70);
      expect(entries).toEqual(entries.map((_, offset) => batchOf(offset)));
      expect(child.output).not.toContain('waited');
    }));

  it('is closed in one more attempt when the file cannot grow', () =>
    withAppending(limited, async (child, path) => {
      await child.until(/^45 The journal/m);
      child.tell('end');
      await child.until(/^closed The journal .* entries wait in memory/m);
      expect((await readJournal(path)).entries).toHaveLength(40);
    }));
});
