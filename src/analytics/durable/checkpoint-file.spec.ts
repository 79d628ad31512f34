import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withDirectory } from '../../../test/broker/support.js';
import { CheckpointError } from './checkpoint-errors.js';
import { openCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { ChildProgram, compileFolder } from '../../../test/support/child-program.js';
import { bytesOf, contents, DESCRIPTION, FakeImage } from './image.testing.js';

const SMALL = { 'users.rows': bytesOf(40), empty: bytesOf(0), 'devices.rows': bytesOf(23) };
const FACTS = { sequence: 3, counts: { a: 1, b: [2, null, 'é'] } };

/** Everything that a checkpoint gives. */
async function contentOf(path: string) {
  const reader = await openCheckpoint(path);
  try {
    await reader.verify();
    const columns: Record<string, Uint8Array> = {};
    for (const { name } of reader.manifest.columns) {
      columns[name] = new Uint8Array(reader.bytesOf(name)!);
      await reader.read(name, columns[name]);
    }
    return { columns, facts: reader.facts, manifest: reader.manifest };
  } finally {
    await reader.close();
  }
}

/** What each of the ways to use a file says: how the file is refused, or `null`. */
async function refusals(path: string): Promise<(string | null)[]> {
  const nameOf = (error: unknown) => (error instanceof CheckpointError ? error.name : String(error));
  try {
    const reader = await openCheckpoint(path);
    const verified = await reader.verify().then(() => null, nameOf);
    let read: string | null = null;
    for (const { name, bytes } of reader.manifest.columns)
      read ??= await reader.read(name, new Uint8Array(bytes)).then(() => null, nameOf);
    await reader.close();
    return [verified, read];
  } catch (error) {
    return [nameOf(error)];
  }
}

const inDirectory = (body: (path: string, directory: string) => Promise<void>) =>
  withDirectory((directory) => body(join(directory, 'checkpoint-4'), directory));

describe('a checkpoint', () => {
  it('is read as it was written', () =>
    inDirectory(async (path, directory) => {
      const part = fc.integer({ min: 1, max: 1_000 });
      await fc.assert(
        fc.asyncProperty(
          contents,
          part,
          fc.dictionary(fc.string(), fc.jsonValue()),
          async (columns, size, facts) => {
            const plain = JSON.parse(JSON.stringify(facts)) as Record<string, unknown>;
            const image = new FakeImage(columns, facts, size);
            const { bytes } = await writeCheckpoint(path, DESCRIPTION, image);
            expect(bytes).toBe((await stat(path)).size);
            const read = await contentOf(path);
            expect(read.columns).toEqual(columns);
            expect(read.facts).toEqual(plain);
            expect(read.manifest).toMatchObject({ ...DESCRIPTION, format: 1 });
            expect(image.released).toBe(1);
            expect(await readdir(directory)).toEqual(['checkpoint-4']);
          },
        ),
      );
    }));

  it('is read as it was written when its columns are larger than the parts it is written and read in', () =>
    inDirectory(async (path) => {
      const columns = {
        large: bytesOf(2 ** 20 * 3 + 5),
        whole: bytesOf(2 ** 20),
        next: bytesOf(256 * 1024 + 1),
      };
      await writeCheckpoint(path, DESCRIPTION, new FakeImage(columns));
      const read = await contentOf(path);
      for (const [name, bytes] of Object.entries(columns))
        expect(Buffer.compare(read.columns[name], bytes)).toBe(0);
    }));

  it('gives a column only as a whole, and only one that it has', () =>
    inDirectory(async (path) => {
      await writeCheckpoint(path, DESCRIPTION, new FakeImage(SMALL));
      const reader = await openCheckpoint(path);
      expect(reader.bytesOf('none')).toBeNull();
      await expect(reader.read('none', new Uint8Array(1))).rejects.toThrow('has no column none');
      await expect(reader.read('users.rows', new Uint8Array(41))).rejects.toThrow('has 40 bytes, not 41');
      await reader.close();
    }));

  it('takes the place of the one before it', () =>
    inDirectory(async (path) => {
      await writeCheckpoint(path, DESCRIPTION, new FakeImage({ a: bytesOf(10) }));
      await writeCheckpoint(path, { ...DESCRIPTION, decisions: 'other' }, new FakeImage({ b: bytesOf(9) }));
      const { columns, manifest } = await contentOf(path);
      expect(columns).toEqual({ b: bytesOf(9) });
      expect(manifest.decisions).toBe('other');
    }));
});

describe('a damaged checkpoint', () => {
  let file: Buffer;

  beforeAll(() =>
    inDirectory(async (path) => {
      await writeCheckpoint(path, DESCRIPTION, new FakeImage(SMALL, FACTS));
      file = await readFile(path);
    }),
  );

  it('is refused whichever byte is another one, when it is opened or when the column is read or verified', () =>
    inDirectory(async (path) => {
      for (let at = 0; at < file.length; at++) {
        const bytes = Buffer.from(file);
        bytes[at] ^= 1 + (at % 255);
        await writeFile(path, bytes);
        const foreign = at >= 8 && at < 12;
        for (const refusal of await refusals(path))
          expect([at, refusal]).toEqual([at, foreign ? 'ForeignCheckpoint' : 'CorruptCheckpoint']);
      }
    }));

  it('is refused wherever it was cut off', () =>
    inDirectory(async (path) => {
      await writeFile(path, file);
      for (let length = file.length - 1; length >= 0; length--) {
        await truncate(path, length);
        expect([length, ...(await refusals(path))]).toEqual([length, 'CorruptCheckpoint']);
      }
    }));

  it('is refused when something was added, left out or put in another place', () =>
    inDirectory(async (path) => {
      const half = file.length >> 1;
      for (const bytes of [
        Buffer.concat([file, Buffer.alloc(1)]),
        Buffer.concat([file, file]),
        Buffer.concat([file.subarray(0, half), file.subarray(half + 1)]),
        Buffer.concat([
          file.subarray(0, 20),
          file.subarray(24, 28),
          file.subarray(20, 24),
          file.subarray(28),
        ]),
        Buffer.alloc(file.length),
      ]) {
        await writeFile(path, bytes);
        expect(new Set(await refusals(path))).toEqual(new Set(['CorruptCheckpoint']));
      }
    }));

  it('is refused with a sentence that says what is wrong', () =>
    inDirectory(async (path) => {
      await writeFile(path, file.subarray(0, -1));
      await expect(openCheckpoint(path)).rejects.toThrow(
        `The checkpoint ${path} is damaged and cannot be used: it ends early, or its last bytes are not what was written.`,
      );
      const other = Buffer.from(file);
      other.writeUInt32LE(9, 8);
      await writeFile(path, other);
      await expect(openCheckpoint(path)).rejects.toThrow(
        `The checkpoint ${path} has format 9, and this version of the service reads format 1: run the version that wrote it.`,
      );
    }));

  it('is told from a missing one and from one that may not be read', () =>
    inDirectory(async (path, directory) => {
      await expect(openCheckpoint(path)).rejects.toMatchObject({ name: 'MissingCheckpoint', path });
      await expect(openCheckpoint(join(directory, 'x'.repeat(300)))).rejects.toMatchObject({
        name: 'UnreadableCheckpoint',
        message: expect.stringContaining('cannot be opened (ENAMETOOLONG)'),
      });
    }));
});

describe('a checkpoint that cannot be written', () => {
  it('leaves the former one, and the image is released', () =>
    inDirectory(async (path, directory) => {
      await writeCheckpoint(path, DESCRIPTION, new FakeImage({ a: bytesOf(10) }));
      const image = new FakeImage({ a: bytesOf(2_000) }, {}, 100);
      const stop = new AbortController();
      const { next } = image.columns[0];
      let parts = 0;
      image.columns[0].next = () => {
        if (++parts === 3) stop.abort(new Error('enough'));
        return next();
      };
      await expect(writeCheckpoint(path, DESCRIPTION, image, { signal: stop.signal })).rejects.toThrow(
        'enough',
      );
      expect(parts).toBe(3);
      expect(image.released).toBe(1);
      expect(await readdir(directory)).toEqual(['checkpoint-4']);
      expect((await contentOf(path)).columns).toEqual({ a: bytesOf(10) });
    }));

  it('does not begin when it is to stop before', () =>
    inDirectory(async (path, directory) => {
      const image = new FakeImage(SMALL);
      await expect(
        writeCheckpoint(path, DESCRIPTION, image, { signal: AbortSignal.abort() }),
      ).rejects.toMatchObject({
        name: 'AbortError',
      });
      expect(image.released).toBe(1);
      expect(await readdir(directory)).toEqual([]);
    }));

  it('is a mistake of the image when a column is not as long as it says', () =>
    inDirectory(async (path, directory) => {
      const image = new FakeImage({ a: bytesOf(10) });
      const [{ name, next }] = image.columns;
      const wrong = { facts: {}, columns: [{ name, bytes: 11, next }], release: () => image.release() };
      await expect(writeCheckpoint(path, DESCRIPTION, wrong)).rejects.toThrow(
        'Column a was to have 11 bytes and has 10',
      );
      expect(image.released).toBe(1);
      expect(await readdir(directory)).toEqual([]);
    }));

  it('says what to do when the folder is gone', () =>
    inDirectory(async (_, directory) => {
      const path = join(directory, 'none', 'checkpoint-4');
      const image = new FakeImage(SMALL);
      await expect(writeCheckpoint(path, DESCRIPTION, image)).rejects.toMatchObject({
        name: 'CheckpointNotWritten',
        message: `The checkpoint ${path} cannot be written: the folder is gone: make it again (ENOENT).`,
      });
      expect(image.released).toBe(1);
    }));
});

/** Writes one checkpoint of 8 MiB after the other and tells when each is begun and how it ended. */
const WRITING = `
  import { writeCheckpoint } from './checkpoint-file.js';
  const part = Buffer.alloc(256 * 1024, 7);
  const description = ${JSON.stringify(DESCRIPTION)};
  for (let round = 1; ; round++) {
    process.stdout.write('begins ' + round + '\\n');
    let left = 32;
    const next = () => {
      if (left === 16) process.stdout.write('half ' + round + '\\n');
      return left-- > 0 ? part : null;
    };
    const image = { facts: { round }, columns: [{ name: 'rows', bytes: 32 * part.length, next }], release() {} };
    const end = await writeCheckpoint('../checkpoint-4', description, image).then(() => 'written', (error) => error.message);
    process.stdout.write(round + ' ' + end + '\\n');
    if (end !== 'written') break;
  }
`;

const withWriting = (around: readonly string[], body: (child: ChildProgram, path: string) => Promise<void>) =>
  inDirectory(async (path, directory) => {
    const child = new ChildProgram(await compileFolder(directory), WRITING, around);
    try {
      await body(child, path);
    } finally {
      await child.end();
    }
  });

describe('the checkpoint of a process', () => {
  it.each([1, 2, 3, 4, 5])('is the last whole one when it is killed while it writes (%i)', (round) =>
    withWriting([], async (child, path) => {
      await child.until(new RegExp(`half ${round + 1}\n`));
      child.signal('SIGKILL');
      await child.exit;
      const { facts } = await contentOf(path);
      const told = Number(/(\d+) written\n(?![^]*written\n)/.exec(child.output)![1]);
      // It may have come one further than it could tell.
      expect([told, told + 1]).toContain(facts.round);
      const names = (await readdir(join(path, '..'))).filter((name) => name !== 'compiled');
      expect([['checkpoint-4'], ['checkpoint-4', 'checkpoint-4.part']]).toContainEqual(names.sort());
    }),
  );

  it('leaves nothing behind, and says what to do, when the file may not become so large', () =>
    withWriting(['prlimit', `--fsize=${3_000_001}:unlimited`], async (child, path) => {
      expect(await child.exit).toBe(0);
      expect(child.output).toContain(
        'checkpoint-4 cannot be written: the file is larger than the operating system allows: raise the limit of file sizes (EFBIG).',
      );
      expect(await readdir(join(path, '..'))).toEqual(['compiled']);
    }));
});
