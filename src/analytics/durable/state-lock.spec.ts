import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stateOf, withDirectory } from '../../../test/broker/support.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { ChildProgram, compileFolder } from '../../../test/support/child-program.js';
import { lockFault } from './lock-file.js';
import { StateLock } from './state-lock.js';
import { asUnprivileged } from './unprivileged.testing.js';

/** Takes the lock of the folder above and keeps it until it is told to end. */
const LOCKING = `
  import { StateLock } from './state-lock.js';
  const tell = (text) => process.stdout.write(text + '\\n');
  const lock = await StateLock.acquire('..', { onWaiting: (holder) => tell('waits for ' + holder) });
  await lock.note({ memberId: 'member of ' + process.pid });
  tell('has it after ' + (lock.former?.memberId ?? 'nobody'));
  setInterval(() => undefined, 1000);
  process.stdin.once('data', async () => {
    await lock.release();
    process.exit();
  });
`;

/** Starts processes that take the lock of the directory, and ends them. */
const withLocking = (
  body: (start: (around?: readonly string[]) => ChildProgram, directory: string) => Promise<void>,
) =>
  withDirectory(async (directory) => {
    const folder = await compileFolder(directory);
    const children: ChildProgram[] = [];
    try {
      await body((around) => {
        children.push(new ChildProgram(folder, LOCKING, around));
        return children.at(-1)!;
      }, directory);
    } finally {
      await Promise.all(children.map((child) => child.end()));
    }
  });

/** A standing attempt to get the lock, with what it was told. */
function attempt(directory: string) {
  const told: string[] = [];
  const stop = new AbortController();
  const options = { signal: stop.signal, onWaiting: (holder: string) => void told.push(holder) };
  return { told, stop, lock: StateLock.acquire(directory, options) };
}

describe(StateLock, () => {
  it('is got at once where nobody has it, and says who has it', () =>
    withDirectory(async (directory) => {
      const lock = await StateLock.acquire(directory);
      expect(lock.former).toBeNull();
      expect(await StateLock.isHeld(directory)).toEqual({
        pid: process.pid,
        host: hostname(),
        instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
        since: expect.stringMatching(/^\d{4}-.*Z$/),
      });
      await lock.note({ memberId: 'a-long-name' });
      await Promise.all([lock.note({ memberId: 'b' }), lock.note({ round: 2 })]);
      expect(await StateLock.isHeld(directory)).toMatchObject({ pid: process.pid, memberId: 'b', round: 2 });
      await lock.release();
    }));

  it('is held by nobody before, and after it was released, and then there was no former holder', () =>
    withDirectory(async (directory) => {
      expect(await StateLock.isHeld(directory)).toBeNull();
      const lock = await StateLock.acquire(directory);
      void lock.note({ memberId: 'a' });
      await lock.release();
      await lock.release();
      await lock.note({ memberId: 'too late' });
      expect(await StateLock.isHeld(directory)).toBeNull();
      const next = await StateLock.acquire(directory);
      expect(next.former).toBeNull();
      await next.release();
    }));

  it('is waited for within a process, too, and the waiting can be ended', () =>
    withDirectory(async (directory) => {
      const lock = await StateLock.acquire(directory);
      const { told, stop, lock: waiting } = attempt(directory);
      await waitFor('the waiting to be told', () => told.length > 0, 5_000);
      expect(told[0]).toMatch(new RegExp(`^process ${process.pid} on .*, since \\d{4}-.*Z$`));
      stop.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      await lock.release();
    }));

  it('is not shaken by somebody who looks who has it', () =>
    withDirectory(async (directory) => {
      const lock = await StateLock.acquire(directory);
      const { told, stop, lock: waiting } = attempt(directory);
      for (let look = 0; look < 200; look++)
        expect((await StateLock.isHeld(directory))!.pid).toBe(process.pid);
      stop.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
      expect(told).toHaveLength(1);
      await lock.release();
    }));

  it('is that of the file that is there: a deleted one does not count', () =>
    withDirectory(async (directory) => {
      const lock = await StateLock.acquire(directory);
      await rm(join(directory, 'lock'));
      const other = await StateLock.acquire(directory);
      await lock.release();
      expect((await StateLock.isHeld(directory))!.pid).toBe(process.pid);
      await other.release();
    }));

  it.each(['', 'garbage', '\0\0\0\0'])('takes %j in the file for nobody', (text) =>
    withDirectory(async (directory) => {
      await writeFile(join(directory, 'lock'), text);
      const lock = await StateLock.acquire(directory);
      expect(lock.former).toBeNull();
      expect(JSON.parse(await readFile(join(directory, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
      await lock.release();
    }),
  );

  it('says why there can be none in a folder where the service may not write', () =>
    withDirectory(async (parent) => {
      await chmod(parent, 0o755);
      const directory = join(parent, 'shut');
      await mkdir(directory, { mode: 0o555 });
      await asUnprivileged(() =>
        expect(StateLock.acquire(directory)).rejects.toMatchObject({
          name: 'StateLockError',
          message:
            `The lock ${directory}/lock cannot be opened: the service is not allowed to write there: ` +
            'give it the folder (EACCES).',
        }),
      );
      expect(await StateLock.isHeld(directory)).toBeNull();
    }));

  it.each(['ENOLCK', 'ENOTSUP', 'ENOSYS'])('says what %s of a file system means', (code) => {
    expect(lockFault('/x/lock', Object.assign(new Error('no'), { code })).message).toBe(
      `/x/lock cannot be locked (${code}): its file system has no locks, or they are switched off. ` +
        'STATE_DIR has to be on one that has, such as a local disk.',
    );
  });
});

describe('the lock of a process', () => {
  it('goes over within a second when the process is killed, with what it had noted', () =>
    withLocking(async (start, directory) => {
      const holder = start();
      await holder.until(/has it after nobody/);
      expect(await StateLock.isHeld(directory)).toMatchObject({ pid: holder.pid });
      const { told, lock } = attempt(directory);
      await waitFor('the waiting to be told', () => told.length > 0, 5_000);
      expect(told[0]).toContain(`process ${holder.pid} on `);
      holder.signal('SIGKILL');
      await holder.exit;
      const killed = performance.now();
      const mine = await lock;
      expect(performance.now() - killed).toBeLessThan(1_000);
      expect(mine.former).toMatchObject({ pid: holder.pid, memberId: `member of ${holder.pid}` });
      await mine.release();
    }));

  it('names nobody when the process ended in order', () =>
    withLocking(async (start, directory) => {
      const holder = start();
      await holder.until(/has it/);
      const { lock } = attempt(directory);
      holder.tell('end');
      expect(await holder.exit).toBe(0);
      const mine = await lock;
      expect(mine.former).toBeNull();
      await mine.release();
    }));

  it('stays with a process that is stopped', () =>
    withLocking(async (start, directory) => {
      const holder = start();
      await holder.until(/has it/);
      holder.signal('SIGSTOP');
      await waitFor('the holder to be stopped', () => stateOf(holder.pid).startsWith('T'), 5_000);
      const { told, stop, lock } = attempt(directory);
      await waitFor('the waiting to be told', () => told.length > 0, 5_000);
      // Longer than it takes when a holder is killed.
      const stopped = performance.now();
      await waitFor('two attempts to be over', () => performance.now() - stopped > 1_200, 5_000);
      expect(await StateLock.isHeld(directory)).toMatchObject({ pid: holder.pid });
      stop.abort(new Error('enough'));
      await expect(lock).rejects.toThrow('enough');
      holder.signal('SIGCONT');
      holder.tell('end');
      expect(await holder.exit).toBe(0);
    }));

  it('goes to exactly one of those that wait', () =>
    withLocking(async (start) => {
      const holder = start();
      await holder.until(/has it/);
      const waiting = [start(), start(), start()];
      await Promise.all(
        waiting.map((child) => child.until(new RegExp(`waits for process ${holder.pid} on `))),
      );
      holder.signal('SIGKILL');
      const has = () => waiting.filter((child) => child.output.includes('has it'));
      await waitFor('one of them to have it', () => has().length > 0, 5_000);
      const [first] = has();
      expect(first.output).toContain(`has it after member of ${holder.pid}`);
      first.signal('SIGKILL');
      await waitFor('the next one to have it', () => has().length > 1, 5_000);
      expect(has()).toHaveLength(2);
      const second = has().find((child) => child !== first)!;
      expect(second.output).toContain(`has it after member of ${first.pid}`);
      second.tell('end');
      expect(await second.exit).toBe(0);
      const third = waiting.find((child) => child !== first && child !== second)!;
      await third.until(/has it after nobody/);
    }));

  it('is got on a full disk, where nobody can read whose it is', () =>
    withLocking(async (start, directory) => {
      const holder = start(['prlimit', '--fsize=0:unlimited']);
      // It cannot be noted there; before that the lock was taken.
      await holder.until(/EFBIG/);
      await holder.exit;
      const mine = await StateLock.acquire(directory);
      expect(mine.former).toBeNull();
      await mine.release();
    }));
});
