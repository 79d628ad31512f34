import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../support/wait-for.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** `login-stream <args>` while it runs, its output into pipes. */
export class RunningCommand {
  stdout = '';
  stderr = '';
  /** Exit code, or the signal that ended it; its output is whole then. */
  readonly exit: Promise<number | NodeJS.Signals>;

  private constructor(private readonly child: ChildProcess) {
    this.exit = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal!)));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  /** @param env the only settings that it has */
  static start(args: readonly string[], env: Readonly<Record<string, string>>): RunningCommand {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new RunningCommand(child);
  }

  /** Waits until the output has what is looked for. */
  async until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
    await waitFor(`${stream} like ${pattern}`, () => {
      if (pattern.test(this[stream])) return true;
      if (this.child.exitCode !== null) throw new Error(`The command has ended:\n${this.stderr}`);
      return false;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** For clean-up: never leaves a process behind. */
  async destroy(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}
