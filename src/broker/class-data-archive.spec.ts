import { access, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { withDirectory } from '../../test/broker/support.js';
import { ClassDataArchive } from './class-data-archive.js';

const JAVA = { executable: 'java', release: 17, description: 'openjdk version "17.0.1" build 1' };

/** What the option says after the `=`. */
const pathOf = (archive: ClassDataArchive) => archive.javaOptions[0].replace(/^[^=]+=/, '');

describe('ClassDataArchive', () => {
  it('is written by the first broker and used by the next, of the same JVM only', async () => {
    await withDirectory(async (jars) => {
      const first = await ClassDataArchive.find(jars, JAVA);
      expect(first.javaOptions[0]).toMatch(/^-XX:ArchiveClassesAtExit=/);
      await writeFile(pathOf(first), 'archive');
      await first.keep(true);

      const next = await ClassDataArchive.find(jars, JAVA);
      expect(next.javaOptions[0]).toMatch(/^-XX:SharedArchiveFile=/);
      await access(pathOf(next));
      await next.keep(true);
      await access(pathOf(next));

      const other = await ClassDataArchive.find(jars, { ...JAVA, description: 'another build' });
      expect(other.javaOptions[0]).toMatch(/^-XX:ArchiveClassesAtExit=/);
    });
  });

  it('is not kept when the JVM was killed while it wrote it', async () => {
    await withDirectory(async (jars) => {
      const archive = await ClassDataArchive.find(jars, JAVA);
      await writeFile(pathOf(archive), 'half an arch');
      await archive.keep(false);
      expect(await readdir(jars)).toEqual([]);
    });
  });

  it('does without when the JVM has written none', async () => {
    await withDirectory(async (jars) => {
      await (await ClassDataArchive.find(jars, JAVA)).keep(true);
      expect(await readdir(jars)).toEqual([]);
    });
  });
});
