import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stateOf, until, withDirectory } from '../../test/broker/support.js';
import { supervise } from './supervisor.js';

async function run(script: string, body?: (pid: number) => void | Promise<void>) {
  return withDirectory(async (cwd) => {
    const output = join(cwd, 'output');
    const { pid, exited } = await supervise({
      command: ['/bin/sh', '-c', script],
      cwd,
      env: { PATH: process.env.PATH, GREETING: 'hello' },
      output,
      abandonedDirectory: cwd,
    });
    await body?.(pid);
    return { exit: await exited, pid, output: await readFile(output, 'utf8') };
  });
}

describe('supervise', () => {
  it('tells the process id and the exit status, and writes both streams to the file', async () => {
    const { exit, pid, output } = await run('echo $GREETING from $$; pwd >&2; exit 3');
    expect(exit).toBe(3);
    expect(output).toMatch(new RegExp(`^hello from ${pid}\n/`));
  });

  it('tells a clean end', async () => {
    expect((await run('exit 0')).exit).toBe(0);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('tells that %s ended the command', async (signal) => {
    const { exit } = await run('exec sleep 1000', (pid) => void process.kill(pid, signal));
    expect(exit).toBe(signal);
  });

  it('does not take a stopped command for a dead one', async () => {
    const { exit } = await run('kill -STOP $$; exit 5', async (pid) => {
      await until(() => stateOf(pid).startsWith('T'));
      process.kill(pid, 'SIGCONT');
    });
    expect(exit).toBe(5);
  });

  it('reports a command that does not exist as a shell does', async () => {
    const exit = await withDirectory(async (cwd) => {
      const output = join(cwd, 'output');
      const { exited } = await supervise({ command: [join(cwd, 'none')], cwd, env: {}, output });
      return exited;
    });
    expect(exit).toBe(127);
  });
});
