import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CommandResult {
  /** Exit code, or the signal that ended it. */
  readonly exit: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandInput {
  /** The only settings that it has. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Buffer | string;
  readonly cwd?: string;
}

/** Runs `login-stream <args>` to its end, its output into pipes. */
export async function runCommand(
  args: readonly string[],
  { env = {}, stdin = '', cwd }: CommandInput = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const exit = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal!)),
  );
  // It may end without having read its input.
  child.stdin.on('error', () => undefined).end(stdin);
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  return { exit: await exit, stdout: stdout.toString(), stderr };
}

/** Runs it with a reader that closes its end after the first bytes, as `| head` does. */
export async function runIntoClosedPipe(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Pick<CommandResult, 'exit' | 'stderr'>> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const exit = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal!)),
  );
  const stderr = await text(child.stderr);
  return { exit: await exit, stderr };
}
