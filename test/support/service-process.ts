import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Scrape } from '../../src/cli/demo/scrape.js';
import { waitFor } from './wait-for.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The service as users run it: `node dist/main.js` with settings in the environment. */
export class ServiceProcess {
  output = '';
  readonly exit: Promise<number | NodeJS.Signals>;

  private constructor(readonly child: ChildProcess) {
    this.exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal!)));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  /** Spawns it; unless the settings say otherwise, `HTTP_PORT` is a free one and `STATE_DIR` is its group's own. */
  static spawn(settings: Record<string, string>, main = MAIN): ServiceProcess {
    const child = spawn(process.execPath, [main], {
      env: {
        ...{ PATH: process.env.PATH, HOME: process.env.HOME, HTTP_PORT: '0' },
        STATE_DIR: join(process.env.TEST_STATE_DIR ?? tmpdir(), settings.KAFKA_GROUP_ID ?? 'login-stream'),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServiceProcess(child);
  }

  static async ready(settings: Record<string, string>, main = MAIN): Promise<ServiceProcess> {
    const service = ServiceProcess.spawn(settings, main);
    await service.untilReady();
    return service;
  }

  async untilReady(timeoutMs?: number): Promise<void> {
    await waitFor(
      'the service to be ready',
      async () => {
        if (this.child.exitCode !== null) throw new Error('The service has ended');
        return (await this.get('/health/ready'))?.ok;
      },
      timeoutMs,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.output}`);
    });
  }

  /** Null while nothing listens. */
  async get(path: string): Promise<Response | null> {
    const url = /are at (http:\S+?)"?[,}\s]/.exec(this.output)?.[1];
    if (url === undefined) return null;
    return fetch(new URL(path, url)).catch(() => null);
  }

  /** Value of a metric, summed over its labels; `label` picks some of them. */
  async metric(name: string, label?: string): Promise<number> {
    return new Scrape((await (await this.get('/metrics'))?.text()) ?? '').sum(name, label);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | NodeJS.Signals> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.kill('SIGTERM');
    return this.exit;
  }

  /** For clean-up: never leaves a process behind, whatever the test did. */
  async destroy(): Promise<void> {
    this.kill('SIGCONT');
    this.kill('SIGKILL');
    await this.exit;
  }
}
