import { setTimeout as sleep } from 'node:timers/promises';
import { createGenerator } from '../../src/cli/generator/generator.js';
import { Partitioners } from '../../src/kafka/kafkajs.js';
import { committedOffsets, createTopic, endOffsets, kafkaAt, readAll, uniqueName } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { ID_HEADER, judge } from './verdict.js';
import type { Verdict } from './verdict.js';

const PARTITIONS = 4;
const FEED_TICK_MS = 20;

/** Real service processes on topics of their own, fed with numbered traffic and judged by what came out. */
export class Scenario {
  readonly group = uniqueName('group');
  readonly input = uniqueName('input');
  readonly services: ServiceProcess[] = [];
  readonly summaries = uniqueName('summary');
  fed = 0;
  private readonly outputs = {
    OUTPUT_TOPIC: uniqueName('output'),
    ERROR_TOPIC: uniqueName('error'),
    FILTERED_TOPIC: uniqueName('filtered'),
  };

  /**
   * @param broker what the test itself uses
   * @param settings of every service; `KAFKA_BROKERS` may name a proxy
   */
  constructor(
    private readonly broker: string,
    private readonly settings: Record<string, string> = {},
  ) {}

  async prepare(): Promise<this> {
    await createTopic(this.broker, this.input, PARTITIONS);
    return this;
  }

  get outcomeTopics(): readonly string[] {
    return Object.values(this.outputs);
  }

  spawn(settings: Record<string, string> = {}): ServiceProcess {
    const service = ServiceProcess.spawn({
      KAFKA_BROKERS: this.broker,
      KAFKA_GROUP_ID: this.group,
      KAFKA_SESSION_TIMEOUT_MS: '6000',
      INPUT_TOPIC: this.input,
      ...this.outputs,
      SUMMARY_TOPIC: this.summaries,
      METRICS_TOPIC: '',
      ...this.settings,
      ...settings,
    });
    this.services.push(service);
    return service;
  }

  async start(settings?: Record<string, string>): Promise<ServiceProcess> {
    const service = this.spawn(settings);
    await service.untilReady();
    return service;
  }

  /** Sends generated traffic, numbered on from what was fed before, at about `rate` messages per second, until stopped. */
  async feed(count: number, rate: number, stop?: AbortSignal): Promise<void> {
    const generator = createGenerator({ seed: 7, badPercent: 10, startSeconds: nowSeconds(), rate });
    const producer = kafkaAt(this.broker).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const start = performance.now();
    for (let sent = 0; sent < count && !stop?.aborted;) {
      const due = Math.min(count, Math.ceil(((performance.now() - start) / 1000) * rate)) - sent;
      const messages = Array.from({ length: due }, () => {
        const { key, value, headers } = generator.next();
        return { key, value, headers: { ...headers, [ID_HEADER]: String(this.fed++) } };
      });
      if (due > 0) await producer.send({ topic: this.input, messages });
      sent += due;
      await sleep(FEED_TICK_MS);
    }
    await producer.disconnect();
  }

  /** Starts a service and kills it with -9 under load, again and again, each time at another instant; then one works off the rest. */
  async killUnderLoad(kills: number): Promise<void> {
    const over = new AbortController();
    const feeding = this.feed(Infinity, 500, over.signal);
    for (let kill = 0; kill < kills; kill++) {
      const before = await this.committed();
      const service = await this.start();
      await waitFor('commits', async () => (await this.committed()) > before + 100);
      await sleep((kill * 37) % 150);
      service.kill('SIGKILL');
      await service.exit;
    }
    over.abort();
    await feeding;
    await this.start();
    await this.settled();
  }

  /** Input records whose outcome is committed. */
  async committed(): Promise<number> {
    const offsets = await committedOffsets(this.broker, this.group, this.input);
    return offsets.reduce((sum, offset) => sum + Math.max(0, offset), 0);
  }

  /** Resolves when everything that was fed is committed. */
  async settled(timeoutMs = 90_000): Promise<void> {
    const ends = await endOffsets(this.broker, this.input);
    await waitFor(
      'all input to be committed',
      async () => {
        const committed = await committedOffsets(this.broker, this.group, this.input);
        return ends.every((end, partition) => (committed[partition] ?? 0) >= end);
      },
      timeoutMs,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.services.map(({ output }) => output).join('\n----\n')}`);
    });
  }

  async verdict(uncommitted = false): Promise<Verdict> {
    const records = [];
    for (const topic of this.outcomeTopics) records.push(...(await readAll(this.broker, topic, uncommitted)));
    return judge(this.fed, records);
  }

  async destroy(): Promise<void> {
    await Promise.all(this.services.map((service) => service.destroy()));
  }
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
