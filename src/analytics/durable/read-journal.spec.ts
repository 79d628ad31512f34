import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { withDirectory } from '../../../test/broker/support.js';
import { ENTRY_BYTES } from './journal-entry.js';
import { batchOf } from './journal-entry.testing.js';
import { HEADER_BYTES } from './journal-header.js';
import { Journal } from './journal.js';
import { readJournal } from './read-journal.js';

const ENTRIES = [0, 1, 2, 3].map(batchOf);

/** The bytes of a journal of four entries. */
let file: Buffer;

/** What is read from a file of these bytes. */
const reading = (bytes: Buffer) =>
  withDirectory(async (directory) => {
    const path = join(directory, 'journal-7');
    await writeFile(path, bytes);
    return readJournal(path);
  });

function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(file);
  bytes[at] = value;
  return bytes;
}

const startOf = (entry: number): number => HEADER_BYTES + entry * ENTRY_BYTES;

describe(readJournal, () => {
  beforeAll(() =>
    withDirectory(async (directory) => {
      const path = join(directory, 'journal-7');
      const journal = await Journal.create(path);
      for (const entry of ENTRIES) await journal.append(entry);
      await journal.close();
      file = await readFile(path);
    }),
  );

  it('gives what is whole of a file that was cut off anywhere, and calls that no damage', async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, 'journal-7');
      await writeFile(path, file);
      for (let length = file.length; length >= 0; length--) {
        await truncate(path, length);
        const whole = Math.max(0, Math.floor((length - HEADER_BYTES) / ENTRY_BYTES));
        expect(await readJournal(path)).toEqual({ entries: ENTRIES.slice(0, whole), damage: null });
      }
    });
  });

  it.each([0, 1, 8, 40, 60])(
    'takes zeros from byte %i of the last entry on for a write that was cut off',
    async (from) => {
      const bytes = Buffer.concat([file, Buffer.alloc(3 * ENTRY_BYTES)]).fill(0, startOf(3) + from);
      expect(await reading(bytes)).toEqual({ entries: ENTRIES.slice(0, 3), damage: null });
    },
  );

  it('says where a damaged entry is, and gives those before it', async () => {
    for (let entry = 0; entry < 4; entry++) {
      for (let at = startOf(entry); at < startOf(entry + 1); at++) {
        const { entries, damage } = await reading(changed(at, file[at] ^ 0x10));
        expect(entries).toEqual(ENTRIES.slice(0, entry));
        expect(damage).toMatch(
          new RegExp(
            `journal-7 is damaged from byte ${startOf(entry)} on: its first ${entry} entries are whole, up to ${4 - entry} `,
          ),
        );
      }
    }
  });

  it('says that there is damage when entries are missing in the middle', async () => {
    const hole = Buffer.from(file).fill(0, startOf(1), startOf(2));
    expect((await reading(hole)).damage).toContain('its first 1 entries');
    const without = Buffer.concat([file.subarray(0, startOf(1)), file.subarray(startOf(2))]);
    expect((await reading(without)).damage).toContain('its first 1 entries');
  });

  it('takes a file of zeros for a journal whose creation was cut off', async () => {
    expect(await reading(Buffer.alloc(5_000))).toEqual({ entries: [], damage: null });
  });

  it('refuses a journal whose beginning is damaged', async () => {
    for (let at = 0; at < HEADER_BYTES; at++) {
      const code = at >= 8 && at < 12 ? 'foreign_version' : 'not_a_journal';
      await expect(reading(changed(at, file[at] ^ 0x10))).rejects.toMatchObject({
        name: 'JournalError',
        code,
      });
    }
  });

  it.each(['x', '{"json":true}', 'x'.repeat(1_000)])('refuses what is no journal: %p', async (text) => {
    await expect(reading(Buffer.from(text))).rejects.toMatchObject({ code: 'not_a_journal' });
  });

  it('refuses a journal of another version, by number', async () => {
    await expect(reading(changed(8, 2))).rejects.toMatchObject({
      code: 'foreign_version',
      message: expect.stringContaining('has format 2, and this version of the service reads format 1'),
    });
  });

  it('tells a missing file from one that cannot be read', async () => {
    await withDirectory(async (directory) => {
      await expect(readJournal(join(directory, 'none'))).rejects.toMatchObject({ code: 'missing' });
      await expect(readJournal(directory)).rejects.toMatchObject({ code: 'unreadable' });
    });
  });

  it('refuses entries of another journal', async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, 'journal-8');
      const journal = await Journal.create(path);
      await journal.close();
      const header = await readFile(path);
      const mixed = Buffer.concat([header, file.subarray(HEADER_BYTES)]);
      expect((await reading(mixed)).damage).toContain('its first 0 entries');
    });
  });
});
