import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { waitFor } from './wait-for.js';

const SOURCE = fileURLToPath(new URL('../../src/analytics/durable/', import.meta.url));
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** Compiles the files of `src/analytics/durable` into a new folder in `directory`, so that a process of its own can import them. */
export async function compileFolder(directory: string): Promise<string> {
  const target = join(directory, 'compiled');
  await mkdir(target);
  await symlink(MODULES, join(target, 'node_modules'));
  await writeFile(join(target, 'package.json'), '{"type":"module"}');
  for (const name of await readdir(SOURCE)) {
    if (!/^[a-z-]+\.ts$/.test(name)) continue;
    const { code } = await transformFile(join(SOURCE, name), {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true },
      },
      module: { type: 'es6' },
    });
    await writeFile(join(target, name.replace(/ts$/, 'js')), code);
  }
  return target;
}

/** A process of Node that can be killed at any moment without harm to the spec. */
export class ChildProgram {
  readonly exit: Promise<number | NodeJS.Signals>;
  output = '';
  private readonly process: ChildProcess;

  /**
   * @param folder what {@link compileFolder} made
   * @param program an ES module that imports the files as `./name.js`
   * @param around a command that starts it, with its options
   */
  constructor(folder: string, program: string, around: readonly string[] = []) {
    const [command, ...options] = [...around, process.execPath, '--input-type=module', '--eval', program];
    this.process = spawn(command, options, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    this.exit = new Promise((resolve, reject) => {
      this.process.once('exit', (code, signal) => resolve(code ?? signal!));
      this.process.once('error', reject);
    });
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** All whole lines that it has written. */
  get lines(): string[] {
    return this.output.split('\n').slice(0, -1);
  }

  /** Waits for output like this. */
  async until(pattern: RegExp): Promise<void> {
    await waitFor(`output like ${pattern}`, () => pattern.test(this.output), 20_000).catch((error: Error) => {
      throw new Error(`${error.message}; there was: ${this.output.slice(-2_000)}`);
    });
  }

  /** Writes a line to its standard input. */
  tell(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Ends it, if it has not ended. */
  async end(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit;
  }
}
