import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KAFKA_VERSION } from './artifacts.js';
import type { EmbeddedBrokerOptions } from './broker-options.js';
import type { ClassDataArchive } from './class-data-archive.js';
import { EmbeddedBrokerError } from './embedded-broker-error.js';
import { jvmCommand } from './jvm-command.js';
import { launchOnFreePort } from './launch-on-free-port.js';
import { formatStorage } from './storage.js';
import type { Supervised } from './supervisor.js';

/** A broker flushes all its logs first, and the first one writes the class data archive. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * Apache Kafka, one node, as a child process. It ends with this process, however this one ends, and keeps it
 * alive until then: stop it.
 */
export class EmbeddedBroker {
  /** `host:port` for clients. */
  readonly address: string;
  /** Process id of the JVM. */
  readonly pid: number;
  /** Resolves when the JVM is gone: with its exit status, or with the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
  private stopping: Promise<void> | undefined;
  private running = true;

  private constructor(
    /** Absolute path. The broker's log is `broker.log` in it. */
    readonly dataDir: string,
    readonly port: number,
    private readonly temporary: boolean,
    private readonly archive: ClassDataArchive,
    broker: Supervised,
  ) {
    this.address = `127.0.0.1:${port}`;
    this.pid = broker.pid;
    this.exited = broker.exited.finally(() => (this.running = false));
  }

  /**
   * Starts a broker and waits until it serves. The first start on a machine fetches Kafka (43 MB). To start again what was
   * stopped or killed, give the same `dataDir` (and `port`): everything is still there.
   *
   * @throws EmbeddedBrokerError with a code and what to do
   */
  static async start(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
    if (process.platform === 'win32') {
      throw new EmbeddedBrokerError(
        'unsupported_platform',
        'The embedded broker needs Linux or macOS. Use WSL, or set KAFKA_BROKERS to a Kafka cluster that runs elsewhere.',
      );
    }
    const progress = options.onProgress ?? (() => undefined);
    const { arguments: java, archive } = await jvmCommand(options);
    const temporary = options.dataDir === undefined;
    const dataDir = resolve(options.dataDir ?? (await mkdtemp(join(tmpdir(), 'login-stream-broker-'))));
    try {
      await mkdir(dataDir, { recursive: true });
      await formatStorage(dataDir);
      const began = performance.now();
      progress(`starting Apache Kafka ${KAFKA_VERSION} in ${dataDir}`);
      const { broker, port } = await launchOnFreePort({ options, dataDir, temporary, java });
      progress(`Apache Kafka is ready at 127.0.0.1:${port} (${Math.round(performance.now() - began)} ms)`);
      return new EmbeddedBroker(dataDir, port, temporary, archive, broker);
    } catch (error) {
      await archive.keep(false);
      if (temporary) await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Sends a signal to the JVM, for tests: SIGKILL is a crash, SIGSTOP a hang that SIGCONT ends. Does nothing
   * when it is gone.
   */
  kill(signal: NodeJS.Signals): void {
    if (!this.running) return;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      // Gone, but its exit has not been reported to us yet.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Ends the broker in order, or by force after 20 s. Can be called at any time and more than once. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    this.kill('SIGTERM');
    this.kill('SIGCONT');
    const timer = new AbortController();
    const inOrder = await Promise.race([
      this.exited.then((exit) => exit === 'SIGTERM'),
      delay(STOP_TIMEOUT_MS, false, { signal: timer.signal }).catch(() => false),
    ]);
    timer.abort();
    this.kill('SIGKILL');
    await this.exited;
    await this.archive.keep(inOrder);
    if (this.temporary) await rm(this.dataDir, { recursive: true, force: true });
  }
}
