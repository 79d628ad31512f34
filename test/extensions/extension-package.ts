import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { Finished } from '../docs/source-tree.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join(ROOT, 'examples', 'outdated-app');

/** What an extension has to get from the service. Its own copies, if any, must not be loaded. */
const SHARED = ['login-stream', '@nestjs/common', '@nestjs/core', 'reflect-metadata'];

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The example as its author has it: outside this project, its dependencies installed. */
export class ExtensionPackage {
  private readonly root = mkdtempSync(join(tmpdir(), 'login-stream-extension-'));
  /** Where its sources are. */
  readonly folder = join(this.root, 'source');
  /** A working directory in which the packed extension is installed. */
  readonly installed = join(this.root, 'installed');
  readonly manifest = JSON.parse(readFileSync(join(EXAMPLE, 'package.json'), 'utf8')) as Manifest;

  constructor() {
    for (const name of ['src', 'package.json', 'tsconfig.json'])
      cpSync(join(EXAMPLE, name), join(this.folder, name), { recursive: true });
    const { dependencies, devDependencies } = this.manifest;
    for (const name of Object.keys({ ...dependencies, ...devDependencies }))
      link(
        name === 'login-stream' ? ROOT : join(ROOT, 'node_modules', name),
        join(this.folder, 'node_modules', name),
      );
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Checks its types and writes `dist`. */
  compile(): Promise<Finished> {
    return finish(process.execPath, ['node_modules/typescript/bin/tsc', '--pretty', 'false'], this.folder);
  }

  /** Runs its specs as compiled. */
  test(): Promise<Finished> {
    const args = ['--test', '--test-reporter=spec', 'dist/outdated-app.spec.js'];
    return finish(process.execPath, args, this.folder);
  }

  /** Packs it, as it is to be published. */
  async pack(): Promise<string> {
    const { output } = await finish(
      'npm',
      ['pack', '--silent', '--pack-destination', this.root],
      this.folder,
    );
    return /\S+\.tgz/.exec(output)![0];
  }

  /**
   * Puts a packed extension where `npm install` would, beside its dependencies. In place of what it shares with the service
   * there is what must not be loaded.
   *
   * @returns the folder of the package
   */
  async install(tarball: string): Promise<string> {
    const modules = join(this.installed, 'node_modules');
    const target = join(modules, this.manifest.name);
    mkdirSync(target, { recursive: true });
    const unpack = ['-xzf', join(this.root, tarball), '-C', target, '--strip-components=1'];
    expect(await finish('tar', unpack, this.root)).toEqual({ code: 0, output: '' });
    for (const name of Object.keys(this.manifest.dependencies))
      cpSync(join(ROOT, 'node_modules', name), join(modules, name), { recursive: true });
    for (const name of SHARED) impostor(join(modules, name));
    return target;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function finish(program: string, args: readonly string[], cwd: string): Promise<Finished> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

function impostor(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', exports: { './*': './index.js', '.': './index.js' } })); // prettier-ignore
  writeFileSync(join(folder, 'index.js'), "throw new Error('A second copy was loaded');");
}
