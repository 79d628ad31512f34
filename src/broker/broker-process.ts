import { setTimeout as delay } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrokerLog } from './broker-log.js';
import type { EmbeddedBrokerOptions } from './broker-options.js';
import { EmbeddedBrokerError } from './embedded-broker-error.js';
import { isReady } from './readiness.js';
import type { BrokerPorts } from './server-properties.js';
import { serverProperties } from './server-properties.js';
import type { Supervised } from './supervisor.js';
import { supervise } from './supervisor.js';

const PROBE_EVERY_MS = 25;
const START_TIMEOUT_MS = 90_000;
const LINES_IN_ERROR = 25;

/** What one attempt to start a broker needs. */
export interface BrokerLaunch {
  readonly options: EmbeddedBrokerOptions;
  readonly dataDir: string;
  readonly temporary: boolean;
  readonly ports: BrokerPorts;
  readonly log: BrokerLog;
  /** The Java executable and all its arguments up to the main class. */
  readonly java: readonly string[];
}

/**
 * Starts the broker's process and waits until it serves.
 *
 * @throws EmbeddedBrokerError `port_taken`, `data_in_use`, `died_at_start`, `start_timeout`; no process is left then
 */
export async function launch({
  options,
  dataDir,
  temporary,
  ports,
  log,
  java,
}: BrokerLaunch): Promise<Supervised> {
  await log.prepare();
  await writeFile(join(dataDir, 'server.properties'), serverProperties(ports, options.config ?? {}));
  const broker = await supervise({
    command: [...java, 'kafka.Kafka', 'server.properties'],
    cwd: dataDir,
    env: options.env,
    output: log.jvmOutputPath,
    abandonedDirectory: temporary ? dataDir : undefined,
  });

  let exit: number | string | undefined;
  void broker.exited.then((value) => (exit = value));
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const ready = await isReady(ports.broker);
    // First: another program's answer on that port must not pass for ours.
    if (exit !== undefined) throw await diedAtStart(exit, ports, log, dataDir);
    if (ready) return broker;
    if (Date.now() > deadline) {
      process.kill(broker.pid, 'SIGKILL');
      await broker.exited;
      throw new EmbeddedBrokerError(
        'start_timeout',
        `The embedded broker was not ready after ${START_TIMEOUT_MS / 1000} s. Is the machine overloaded? ${await quote(log)}`,
      );
    }
    await delay(PROBE_EVERY_MS);
  }
}

async function diedAtStart(exit: number | string, ports: BrokerPorts, log: BrokerLog, dataDir: string) {
  if (await log.mentions(/Address already in use/)) {
    return new EmbeddedBrokerError(
      'port_taken',
      `Port ${ports.broker} or ${ports.controller} of 127.0.0.1 was taken by another program while the embedded broker started. Start again, or choose another port.`,
    );
  }
  if (await log.mentions(/Failed to acquire lock on file/)) {
    return new EmbeddedBrokerError(
      'data_in_use',
      `Another broker is running on ${dataDir}. Stop it, or use another data directory.`,
    );
  }
  return new EmbeddedBrokerError(
    'died_at_start',
    `The embedded broker ended while it started (${exit}). The reason should be in the last lines of its log. ${await quote(log)}`,
  );
}

async function quote(log: BrokerLog): Promise<string> {
  const lines = await log.lastLines(LINES_IN_ERROR);
  return `${log.path} ends with:\n${lines.join('\n')}`;
}
