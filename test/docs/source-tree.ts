import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['src', 'scripts', 'docs', 'schemas', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'jest.config.mjs']; // prettier-ignore

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of the project that a test may change, build and run. Dependencies are those of the project. */
export class SourceTree {
  private readonly root = mkdtempSync(join(tmpdir(), 'login-stream-tree-'));

  constructor() {
    for (const name of COPIED) cpSync(join(ROOT, name), this.path(name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), this.path('node_modules'));
  }

  path(name: string): string {
    return join(this.root, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  edit(name: string, change: (text: string) => string): void {
    this.write(name, change(this.read(name)));
  }

  /** Runs a script of the project or of a dependency, from the root of the tree. */
  run(script: string, args: readonly string[] = [], options: readonly string[] = []): Promise<Finished> {
    const child = spawn(process.execPath, [...options, this.path(script), ...args], {
      cwd: this.root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  }

  /**
   * Checks the types of the files that the patterns name, and writes what they compile to below `outDir`. Of specs, only
   * those that are named by their path.
   */
  compile(patterns: readonly string[], outDir: string): Promise<Finished> {
    const config = {
      extends: './tsconfig.json',
      compilerOptions: { noEmit: false, rootDir: 'src', outDir },
      files: patterns.filter((pattern) => pattern.endsWith('.ts') && !pattern.includes('*')),
      include: patterns,
      exclude: ['src/**/*.spec.ts'],
    };
    this.write('tsconfig.tree.json', JSON.stringify(config));
    return this.run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.tree.json', '--pretty', 'false']);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
