import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../support/wait-for.js';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** A program of ours in a process group of its own, as a terminal runs it, with everything that it starts. */
export class NodeProcess {
  output = '';
  readonly exit: Promise<number | NodeJS.Signals>;
  private readonly seen = new Set<number>();

  private constructor(private readonly child: ChildProcess) {
    this.exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal!)));
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  /** @param args the program, relative to `dist`, and its arguments */
  static spawn(args: readonly string[], cwd: string, settings: Record<string, string> = {}): NodeProcess {
    const [program, ...rest] = args;
    const child = spawn(process.execPath, [`${DIST}${program}`, ...rest], {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    return new NodeProcess(child);
  }

  /** Waits until the output has what is looked for. */
  until(pattern: RegExp): Promise<RegExpExecArray> {
    return waitFor(`output like ${pattern}`, () => {
      const match = pattern.exec(this.output);
      if (match === null && this.child.exitCode !== null) throw new Error('The process has ended');
      return match;
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.output}`);
    });
  }

  /** To the process alone. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** To the whole process group, as Ctrl-C in a terminal does. */
  interrupt(): void {
    process.kill(-this.child.pid!, 'SIGINT');
  }

  /** Every process that it has started, directly or not, as of now and of earlier calls. */
  family(): readonly number[] {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/).map(Number));
    const found = new Set([this.child.pid!, ...this.seen]);
    for (let size = -1; size !== found.size;) {
      size = found.size;
      for (const [pid, parent] of rows) if (found.has(parent)) found.add(pid);
    }
    found.delete(this.child.pid!);
    found.forEach((pid) => this.seen.add(pid));
    return [...this.seen];
  }

  /** Resolves when nothing that it started is left. */
  async untilNothingIsLeft(): Promise<void> {
    await waitFor('everything that it started to end', () => !this.family().some(isAlive), 30_000);
  }

  /** For clean-up: never leaves a process behind, whatever the test did. */
  async destroy(): Promise<void> {
    const family = this.family();
    this.child.kill('SIGKILL');
    await this.exit;
    for (const pid of family) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
