import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { supervise } from '../dist/broker/supervisor.js';

const STOP_TIMEOUT_MS = 20_000;
const SHOWN_LOG_BYTES = 2_000;

/** The variables that loops and service read. */
export const environment = (bench, topics, groupId) => ({
  KAFKA_BROKERS: bench.broker.address,
  KAFKA_GROUP_ID: groupId,
  INPUT_TOPIC: topics.input,
  OUTPUT_TOPIC: topics.output,
  FILTERED_TOPIC: topics.filtered,
  ERROR_TOPIC: topics.error,
  STATE_DIR: join(bench.folder, `${groupId}-state`),
  HTTP_PORT: '0',
  LOG_FORMAT: 'json',
  KAFKAJS_NO_PARTITIONER_WARNING: '1',
});

/** A contestant as a process of its own, which ends with this one, however this one ends. */
export class ContestantProcess {
  /** Set when it has ended by itself: why. */
  failure = null;
  #stopping = false;

  constructor(name, log, { pid, exited }) {
    this.name = name;
    this.log = log;
    this.pid = pid;
    this.exited = exited;
    exited.then((exit) => {
      if (!this.#stopping) this.failure = `${name} has ended (${exit})`;
    });
  }

  static async start(bench, contestant, env, name) {
    const log = join(bench.folder, `${name}.log`);
    // Only what Node needs: settings of the caller's shell must not reach a contestant.
    const { PATH, HOME, NODE_ENV = 'production' } = process.env;
    const process_ = await supervise({
      command: contestant.command(bench.options),
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { PATH, HOME, NODE_ENV, ...env, ...contestant.env },
      output: log,
    });
    return new ContestantProcess(contestant.name, log, process_);
  }

  /** @throws when it has ended, with the last lines of its log */
  async assertRunning() {
    if (this.failure === null) return;
    throw new Error(`${this.failure}. ${this.log} ends with:\n${await this.#logEnd()}`);
  }

  /** As if the machine had gone. */
  async crash() {
    this.#stopping = true;
    this.#kill('SIGKILL');
    await this.exited;
  }

  /** Asks it to end, then makes it. */
  async stop() {
    this.#stopping = true;
    this.#kill('SIGTERM');
    const timer = setTimeout(() => this.#kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.exited;
    clearTimeout(timer);
  }

  async #logEnd() {
    return (await readFile(this.log, 'utf8')).slice(-SHOWN_LOG_BYTES);
  }

  #kill(signal) {
    if (this.failure !== null) return;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}
