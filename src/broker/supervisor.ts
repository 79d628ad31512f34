import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { EmbeddedBrokerError } from './embedded-broker-error.js';

/**
 * Runs a command and ends it when our process is gone, however it went. File descriptor 3 is a pipe to us
 * that nobody else holds: its end of file is the news, and `kill -9` cannot suppress it. The shell waits for
 * both of its children, so that none of them stays behind as a zombie.
 *
 * Arguments: a directory to remove if we are gone (or empty), then the command.
 */
const SCRIPT = `
abandoned_directory=$1
shift
"$@" 3<&- >&2 &
command=$!
( read -r line <&3; kill -KILL "$command" ) >&2 &
watcher=$!
exec 3<&-
trap '' PIPE
echo "$command"
exec >&2
wait "$command"
status=$?
kill "$watcher" 2>/dev/null
if wait "$watcher" && [ -n "$abandoned_directory" ]; then rm -rf "$abandoned_directory"; fi
exit "$status"
`;

const SIGNAL_BASE = 128;

export interface Supervised {
  /** Process id of the command itself, not of the shell. */
  readonly pid: number;
  /** Resolves once: the exit status, or the signal's name for a status above 128. */
  readonly exited: Promise<number | string>;
}

export interface SupervisedCommand {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that receives both output streams. */
  readonly output: string;
  /** Removed with all its content when our process dies before the command. */
  readonly abandonedDirectory?: string;
}

/**
 * Starts a command that dies with us. It is in a session of its own: Ctrl-C in a terminal reaches only us, so that we
 * can finish work that needs the broker and then stop it.
 */
export async function supervise(options: SupervisedCommand): Promise<Supervised> {
  const output = await open(options.output, 'a');
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', SCRIPT, 'sh', options.abandonedDirectory ?? '', ...options.command],
      {
        cwd: options.cwd,
        env: options.env,
        detached: true,
        stdio: ['ignore', 'pipe', output.fd, 'pipe'],
      },
    );
    const life = child.stdio[3] as Readable;
    life.on('error', () => undefined);
    const exited = exitOf(child).finally(() => life.destroy());
    const pid = await Promise.race([firstLine(child.stdout as Readable), exited.then(() => '')]);
    if (!/^\d+$/.test(pid)) {
      throw new EmbeddedBrokerError('died_at_start', `/bin/sh could not run ${options.command[0]}.`);
    }
    return { pid: Number(pid), exited };
  } finally {
    await output.close();
  }
}

/** 'exit', not 'close': a grandchild that inherited a stream must not make the command look alive. */
function exitOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(signal ?? nameOf(status ?? 0)));
  });
}

/** A shell reports a command that died of signal N as 128 + N, and a JVM that obeyed a SIGTERM says the same. */
function nameOf(status: number): number | string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - SIGNAL_BASE);
  return signal === undefined ? status : signal[0];
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n')[0];
}
