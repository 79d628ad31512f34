import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Scrape } from './scrape.js';

const MAIN = fileURLToPath(new URL('./service-main.js', import.meta.url));
const WARN = 40;
const READY_TIMEOUT_MS = 60_000;

interface LogLine {
  readonly level: number;
  readonly context?: string;
  readonly msg: string;
}

/** The service as a process of its own, as it runs in production. Its log goes to a file, warnings also to the terminal. */
export class ServiceChild {
  readonly exited: Promise<void>;
  private address: string | null = null;
  /** What the service said last of how it performs, or of its figures. */
  lastReport: string | null = null;

  private constructor(
    private readonly child: ChildProcess,
    logFile: string,
  ) {
    const log = createWriteStream(logFile);
    child.stderr!.pipe(log, { end: false });
    createInterface({ input: child.stdout! }).on('line', (line) => {
      log.write(`${line}\n`);
      this.readLine(line);
    });
    this.exited = new Promise((resolve) => child.once('exit', () => resolve()));
    // A second Ctrl-C ends the demo where it stands; nothing that it started may outlive it.
    process.once('exit', () => child.kill('SIGKILL'));
  }

  /** @returns once the service is ready. @throws when it ends first. */
  static async start(env: NodeJS.ProcessEnv, logFile: string): Promise<ServiceChild> {
    const child = spawn(process.execPath, [MAIN], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      // In a group of its own: Ctrl-C is for the demo, which ends the service when it has drained.
      detached: true,
    });
    const service = new ServiceChild(child, logFile);
    await service.untilReady();
    return service;
  }

  get url(): string {
    if (this.address === null) throw new Error('The service has no address yet');
    return this.address;
  }

  /** Ends the service and waits until it has. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    await this.exited;
  }

  /** The service's metrics, now. */
  async scrape(): Promise<Scrape> {
    return new Scrape(await (await fetch(`${this.url}/metrics`)).text());
  }

  private readLine(line: string): void {
    const entry = parse(line);
    this.address ??= /are at (http:\S+)/.exec(entry.msg)?.[1] ?? null;
    if (entry.context === 'Report') this.lastReport = entry.msg;
    if (entry.level >= WARN) console.error(`service: ${entry.msg}`);
  }

  private async untilReady(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    let ended = false;
    void this.exited.then(() => (ended = true));
    while (performance.now() < deadline && !ended) {
      const response =
        this.address === null ? null : await fetch(`${this.address}/health/ready`).catch(() => null);
      if (response?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error(
      ended ? 'The service has ended; its messages are above' : 'The service did not become ready',
    );
  }
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { level: 0, msg: line };
  }
}

/** Is nobody listening on this port of the loopback address? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
