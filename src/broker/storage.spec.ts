import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withDirectory } from '../../test/broker/support.js';
import { formatStorage } from './storage.js';

describe('formatStorage', () => {
  it('gives every cluster an id of its own, and feature levels', async () => {
    await withDirectory(async (one) => {
      await withDirectory(async (other) => {
        const ids = await Promise.all(
          [one, other].map(async (directory) => {
            await formatStorage(directory);
            const meta = await readFile(join(directory, 'kafka/meta.properties'), 'utf8');
            return /^cluster\.id=([\w][\w-]{21})$/m.exec(meta)?.[1];
          }),
        );
        expect(ids).toEqual([expect.any(String), expect.any(String)]);
        expect(ids[0]).not.toBe(ids[1]);
        const checkpoint = await readFile(join(one, 'kafka/bootstrap.checkpoint'), 'latin1');
        expect(checkpoint).toContain('transaction.version');
      });
    });
  });

  it('leaves a formatted directory as it is, and completes a half formatted one', async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, 'kafka/meta.properties');
      await formatStorage(directory);
      const meta = await readFile(path, 'utf8');
      await formatStorage(directory);
      expect(await readFile(path, 'utf8')).toBe(meta);
      await rm(path);
      await formatStorage(directory);
      expect(await readFile(path, 'utf8')).toMatch(/^version=1\n/);
    });
  });
});
