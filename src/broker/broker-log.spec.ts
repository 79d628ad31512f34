import { access, appendFile, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { withDirectory } from '../../test/broker/support.js';
import { BrokerLog } from './broker-log.js';

describe('BrokerLog', () => {
  it('gives the last lines of the log and of the output of the JVM', async () => {
    await withDirectory(async (directory) => {
      const log = new BrokerLog(directory);
      await log.prepare();
      await writeFile(log.path, `${'x'.repeat(100_000)}\none\ntwo\nthree\n`);
      await appendFile(log.jvmOutputPath, 'crash\n');
      expect(await log.lastLines(2)).toEqual(['two', 'three', 'crash']);
      expect(await log.mentions(/^one$/)).toBe(true);
      expect(await log.mentions(/^four$/)).toBe(false);
    });
  });

  it('gives nothing when there is nothing', async () => {
    await withDirectory(async (directory) => {
      expect(await new BrokerLog(directory).lastLines(5)).toEqual([]);
    });
  });

  it('keeps the log of the previous run apart', async () => {
    await withDirectory(async (directory) => {
      const log = new BrokerLog(directory);
      await writeFile(log.path, 'previous\n');
      await log.prepare();
      expect(await log.lastLines(5)).toEqual([]);
      expect(await readFile(`${log.path}.1`, 'utf8')).toBe('previous\n');
      await expect(access(log.path)).rejects.toThrow('ENOENT');
    });
  });
});
