import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputSettings } from '../config/input.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import { ClusterAdmin } from './cluster-admin.js';
import { describeTopic } from './topic-catalog.js';
import type { TopicFacts } from './topic-catalog.js';

const INPUT_POLL_MS = 1_000;
const REFRESH_SHARED_MS = 1_000;
/** So that partitions that are added to an output topic come into use. */
const REFRESH_EVERY_MS = 300_000;
/** Error records carry the original value and a copy to read: four times the input's limit holds both. */
const ERROR_TOPIC_FACTOR = 4;
/** What an error record says about even the smallest input must fit. */
const ERROR_TOPIC_LEAST_BYTES = 1_048_576;

/** Largest record batch of an error topic that we create, in bytes. */
export const errorTopicBytes = ({ maxMessageBytes }: InputSettings): number =>
  Math.max(maxMessageBytes * ERROR_TOPIC_FACTOR, ERROR_TOPIC_LEAST_BYTES);

/** The service's topics: created, awaited or verified as `TOPICS` says, and what is known about each. */
@Injectable()
export class TopicsService implements OnApplicationShutdown {
  private readonly logger = new Logger('Topics');
  private readonly facts = new Map<string, TopicFacts>();
  private refreshing: Promise<void> | null = null;
  private refreshedAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly admin: ClusterAdmin,
    private readonly topics: TopicSettings,
    private readonly input: InputSettings,
  ) {}

  /** Facts of an output topic, as of the last {@link refresh}. */
  of(topic: string): TopicFacts {
    const facts = this.facts.get(topic);
    if (facts === undefined) throw new Error(`Topic ${topic} has not been looked up`);
    return facts;
  }

  /**
   * Before the start: outputs are there when this resolves, and so is the input.
   *
   * @param createInput whether we may create the input: `TOPICS=create-all`, or the broker is embedded
   * @throws MissingTopics with `TOPICS=verify`
   */
  async prepare(createInput: boolean, signal: AbortSignal, onWait: (what: string) => void): Promise<void> {
    const { input, mode } = this.topics;
    if (mode === 'verify') await this.verify();
    await this.refresh();
    this.timer ??= setInterval(() => this.refresh().catch(() => undefined), REFRESH_EVERY_MS).unref();
    if (await this.exists(input)) return;
    if (createInput) return this.create(input);
    this.logger.warn(`Waiting for the input topic ${input}: create it, or set TOPICS=create-all`);
    onWait(`waiting for the input topic ${input}`);
    while (!(await this.exists(input))) await sleep(INPUT_POLL_MS, undefined, { signal });
    this.logger.log(`The input topic ${input} is there`);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Looks the output topics up again and, where we may, creates those that have gone. Calls that come together, as
   * after a rebalance, share one look.
   */
  refresh(): Promise<void> {
    if (this.refreshing === null || performance.now() - this.refreshedAt > REFRESH_SHARED_MS) {
      this.refreshedAt = performance.now();
      this.refreshing = this.lookUp();
    }
    return this.refreshing;
  }

  private async lookUp(): Promise<void> {
    const missing: string[] = [];
    for (const topic of this.topics.outputs) {
      let facts = await this.admin.run((admin) => describeTopic(admin, topic));
      if (facts === null && this.topics.mode !== 'verify') {
        await this.create(topic);
        facts = await this.admin.run((admin) => describeTopic(admin, topic));
      }
      if (facts !== null) this.facts.set(topic, facts);
      // The stream does not wait for its metrics; at the start `verify` asks for every topic.
      else if (topic !== this.topics.metrics) missing.push(topic);
    }
    if (missing.length > 0) throw new MissingTopics(missing);
  }

  private async verify(): Promise<void> {
    const missing: string[] = [];
    for (const topic of [this.topics.input, ...this.topics.outputs])
      if (!(await this.exists(topic))) missing.push(topic);
    if (missing.length > 0) throw new MissingTopics(missing);
  }

  private async exists(topic: string): Promise<boolean> {
    return (await this.admin.run((admin) => describeTopic(admin, topic))) !== null;
  }

  private async create(topic: string): Promise<void> {
    const { partitions, replication } = this.topics;
    const limit = String(errorTopicBytes(this.input));
    await this.admin.run((admin) =>
      admin.createTopics({
        waitForLeaders: true,
        topics: [
          {
            topic,
            numPartitions: partitions,
            replicationFactor: replication ?? -1,
            ...(topic === this.topics.error && {
              configEntries: [{ name: 'max.message.bytes', value: limit }],
            }),
          },
        ],
      }),
    );
    this.logger.log(`Created topic ${topic} with ${partitions} partitions`);
  }
}

export class MissingTopics extends Error {
  constructor(readonly topics: readonly string[]) {
    super(
      `Missing topics: ${topics.join(', ')}. Create them, or set TOPICS=create (create-all for the input).`,
    );
    this.name = 'MissingTopics';
  }
}
