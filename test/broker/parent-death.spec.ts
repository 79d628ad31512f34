import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { FETCH_TIMEOUT_MS, fetchBroker, compileBroker, isAlive, until, withDirectory } from './support.js';

const PARENT = `
import { EmbeddedBroker } from './embedded-broker.js';
const broker = await EmbeddedBroker.start({ env: process.env });
console.log(JSON.stringify({ pid: broker.pid, dataDir: broker.dataDir }));
const exited = await broker.exited;
await broker.stop();
console.log(JSON.stringify({ exited }));
setInterval(() => undefined, 1000);
`;

/** Process ids of the shell that supervises this process, and of its children. */
function family(pid: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const shell = rows.find(([child]) => child === pid)?.[1];
  return rows.filter(([child, parent]) => child === shell || parent === shell).map(([child]) => child);
}

beforeAll(fetchBroker, FETCH_TIMEOUT_MS);

describe('the parent of an embedded broker', () => {
  async function withParent(body: (parent: ChildProcess, lines: AsyncIterator<string>) => Promise<void>) {
    await withDirectory(async (directory) => {
      await compileBroker(directory);
      await writeFile(join(directory, 'parent.js'), PARENT);
      const parent = spawn(process.execPath, [join(directory, 'parent.js')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
      try {
        await body(parent, lines);
      } finally {
        parent.kill('SIGKILL');
      }
    });
  }

  it('takes broker, supervisor and temporary directory with it when it is killed with SIGKILL', async () => {
    await withParent(async (parent, lines) => {
      const { pid, dataDir } = JSON.parse((await lines.next()).value);
      const processes = family(pid);
      // The JVM, the shell, and the shell that waits for our end.
      expect(processes).toHaveLength(3);
      const gone = once(parent, 'exit');
      parent.kill('SIGKILL');
      await gone;
      await until(() => !processes.some(isAlive));
      await expect(access(dataDir)).rejects.toThrow('ENOENT');
    });
  });

  it('takes even a broker with it that hangs', async () => {
    await withParent(async (parent, lines) => {
      const { pid } = JSON.parse((await lines.next()).value);
      process.kill(pid, 'SIGSTOP');
      parent.kill('SIGKILL');
      await until(() => !isAlive(pid));
    });
  });

  it('learns of the death of the broker, and no process of it is left', async () => {
    await withParent(async (_parent, lines) => {
      const { pid } = JSON.parse((await lines.next()).value);
      const processes = family(pid);
      process.kill(pid, 'SIGKILL');
      expect(JSON.parse((await lines.next()).value)).toEqual({ exited: 'SIGKILL' });
      await until(() => !processes.some(isAlive));
    });
  });
});
