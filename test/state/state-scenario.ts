import { expect } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StateDirectory } from '../../src/analytics/durable/state-directory.js';
import type { StateFile } from '../../src/analytics/durable/state-directory.js';
import { createGenerator } from '../../src/cli/generator/generator.js';
import { Partitioners } from '../../src/kafka/kafkajs.js';
import type { Producer } from '../../src/kafka/kafkajs.js';
import { loadGenerations } from '../../src/recovery/load-generations.js';
import type { LoadedState } from '../../src/recovery/load-generations.js';
import { ID_HEADER } from '../delivery/verdict.js';
import { ownNames } from '../pipeline/run.js';
import {
  committedOffsets,
  createTopic,
  endOffsets,
  kafkaAt,
  produce,
  readAll,
  withAdmin,
} from '../support/kafka.js';
import type { InputMessage, ReadRecord } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';

const FEED_TICK_MS = 20;
const LARGEST_SEND = 1_000;

/** Lives of a service with state of its own, one after the other, on topics of their own. */
export class StateScenario {
  readonly services: ServiceProcess[] = [];
  private readonly generator = createGenerator({
    ...{ seed: 11, badPercent: 10, rate: 800 },
    startSeconds: Math.floor(Date.now() / 1000),
  });

  /** Values that were sent, by number. */
  readonly inputs: string[] = [];

  private producer: Promise<Producer> | null = null;

  private constructor(
    readonly broker: string,
    readonly settings: Record<string, string>,
  ) {}

  static async create(
    broker: string,
    { partitions, settings = {} }: { partitions: number; settings?: Record<string, string> },
  ): Promise<StateScenario> {
    const all: Record<string, string> = {
      ...ownNames(),
      KAFKA_BROKERS: broker,
      METRICS_TOPIC: '',
      KAFKA_SESSION_TIMEOUT_MS: '6000',
      BATCH_MAX_BYTES: '16384',
      CHECKPOINT_EVERY_SECONDS: '1',
      SUMMARY_EVERY_MESSAGES: '100',
      SUMMARY_EVERY_SECONDS: '0',
      ...settings,
    };
    await createTopic(broker, all.INPUT_TOPIC, partitions);
    return new StateScenario(broker, all);
  }

  /** Where the service keeps its state. */
  get stateDir(): string {
    return this.settings.STATE_DIR ?? join(process.env.TEST_STATE_DIR!, this.settings.KAFKA_GROUP_ID);
  }

  spawn(settings: Record<string, string> = {}): ServiceProcess {
    const service = ServiceProcess.spawn({ ...this.settings, ...settings });
    this.services.push(service);
    return service;
  }

  async start(settings: Record<string, string> = {}): Promise<ServiceProcess> {
    const service = this.spawn(settings);
    await service.untilReady();
    return service;
  }

  /** Sends generated traffic at about `rate` messages a second until it is stopped. */
  async feed(rate: number, stop: AbortSignal): Promise<void> {
    const start = performance.now();
    for (let sent = 0; !stop.aborted;) {
      const due = Math.ceil(((performance.now() - start) / 1000) * rate) - sent;
      if (due > 0) await this.send(due);
      sent += Math.max(0, due);
      await sleep(FEED_TICK_MS);
    }
  }

  async send(count: number): Promise<void> {
    const producer = await (this.producer ??= this.connect());
    for (let left = count; left > 0; left -= LARGEST_SEND) {
      const length = Math.min(left, LARGEST_SEND);
      const messages = Array.from({ length }, () => this.numbered(this.generator.next()));
      await producer.send({ topic: this.settings.INPUT_TOPIC, messages });
    }
  }

  /** Sends these as they are, but for a number of their own. */
  async sendAll(messages: readonly InputMessage[]): Promise<void> {
    const all = messages.map((message) => this.numbered(message));
    await produce(this.broker, this.settings.INPUT_TOPIC, all);
  }

  /** The topic is deleted and made again, without records. */
  async renewInput(partitions: number): Promise<void> {
    const topic = this.settings.INPUT_TOPIC;
    await withAdmin(this.broker, async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await waitFor('the topic to be gone', async () => !(await admin.listTopics()).includes(topic));
    });
    await createTopic(this.broker, topic, partitions);
  }

  async committed(): Promise<number> {
    const { KAFKA_GROUP_ID, INPUT_TOPIC } = this.settings;
    const offsets = await committedOffsets(this.broker, KAFKA_GROUP_ID, INPUT_TOPIC);
    return offsets.reduce((sum, offset) => sum + Math.max(0, offset), 0);
  }

  /** What is in STATE_DIR, newest checkpoint first. */
  async onDisk(): Promise<LoadedState> {
    return loadGenerations(await StateDirectory.open(this.stateDir));
  }

  fileOf(file: StateFile, id: number): string {
    return join(this.stateDir, `${file}-${id}`);
  }

  /** Resolves when everything that is committed is in a checkpoint. */
  async checkpointed(): Promise<LoadedState> {
    const all = await this.committed();
    return waitFor('a checkpoint of everything', async () => {
      const state = await this.onDisk();
      const counted = [...(state.generations[0]?.positions.values() ?? [])];
      return counted.reduce((sum, { next }) => sum + next, 0) >= all && state;
    });
  }

  /** Dies at once. */
  async kill(service: ServiceProcess): Promise<void> {
    service.kill('SIGKILL');
    await service.exit;
  }

  async settled(): Promise<void> {
    const ends = await endOffsets(this.broker, this.settings.INPUT_TOPIC);
    const all = ends.reduce((sum, end) => sum + end, 0);
    await waitFor('all input to be committed', async () => (await this.committed()) >= all, 60_000).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${this.services.map(({ output }) => output).join('\n----\n')}`);
      },
    );
  }

  /** A last life, which works off the rest and ends in order. */
  async finish(): Promise<void> {
    const service = await this.start();
    await this.settled();
    expect(await service.stop()).toBe(0);
  }

  /** Another service on the same input, which nobody interrupts. */
  async again(): Promise<StateScenario> {
    const { INPUT_TOPIC } = this.settings;
    const other = new StateScenario(this.broker, { ...this.settings, ...ownNames(), INPUT_TOPIC });
    await other.finish();
    return other;
  }

  private async connect(): Promise<Producer> {
    const producer = kafkaAt(this.broker).producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    return producer;
  }

  private numbered<T extends InputMessage>(message: T): T {
    const number = this.inputs.push(String(message.value)) - 1;
    return { ...message, headers: { ...message.headers, [ID_HEADER]: String(number) } };
  }

  read(topic: 'OUTPUT' | 'ERROR' | 'FILTERED' | 'SUMMARY'): Promise<ReadRecord[]> {
    return readAll(this.broker, this.settings[`${topic}_TOPIC`]);
  }

  async destroy(): Promise<void> {
    await Promise.all(this.services.map((service) => service.destroy()));
    await (await this.producer)?.disconnect();
  }
}

/** What tells when a record was made, not what it says. */
const OF_THE_CLOCK = ['processed_timestamp', 'processing_delay_seconds', 'published_at', 'sequence'];

/** Every record of both, but for when it was made. Of inputs with one partition. */
export async function expectSame(one: StateScenario, other: StateScenario): Promise<void> {
  for (const topic of ['OUTPUT', 'ERROR', 'FILTERED', 'SUMMARY'] as const) {
    const [first, second] = [await one.read(topic), await other.read(topic)];
    expect(first.map(contentOf(topic))).toEqual(second.map(contentOf(topic)));
    expect(first.length).toBeGreaterThan(0);
  }
}

/** What a record says, but for when it was made. */
export const contentOf =
  (topic: string) =>
  ({ key, value }: ReadRecord) => {
    const content = JSON.parse(String(value)) as Record<string, unknown>;
    for (const field of OF_THE_CLOCK) delete content[field];
    if (topic === 'ERROR' || topic === 'FILTERED') delete content.timestamp;
    if (topic === 'SUMMARY') {
      const window = content.window as Record<string, unknown>;
      delete window.start;
      delete window.end;
      // Estimates above a thousand: each state has a key of its own for its hashes.
      for (const field of ['unique_users', 'unique_devices'])
        if ((content[field] as number) > 1_000) content[field] = 'estimated';
      return content;
    }
    return { key: String(key), content };
  };
