import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../../src/cli/generator/random.js';
import { createTopic, withAdmin } from '../../support/kafka.js';
import { judge } from '../oracle/judge.js';
import type { ChaosProfile, Verdict } from '../oracle/judge.js';
import { Traffic } from '../traffic/traffic.js';
import { ChaosBroker } from './chaos-broker.js';
import { ChaosRedis } from './chaos-redis.js';
import { Feeder } from './feeder.js';
import { FinalRecords } from './final-records.js';
import { Fleet } from './fleet.js';
import { InputLog } from './input-log.js';
import { ownSettings } from './own-settings.js';
import { Progress } from './progress.js';

const PARTITIONS = 4;
const LAST_SUMMARY_MS = 10_000;

export interface StageOptions {
  readonly seed: number;
  readonly profile: ChaosProfile;
  /** Of every process. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether there is one, which the processes share their state in. */
  readonly redis: boolean;
  /** See {@link judge}. */
  readonly recounts: boolean;
  /** Where everything of the case lies. */
  readonly folder: string;
  /** Ends waiting and feeding when the case's time is over. */
  readonly signal: AbortSignal;
}

/** What a case plays on: a broker, processes of the service, traffic, and faults by the seed. */
export class Stage {
  /** Of the faults: when, which, how long. */
  readonly random: Random;
  readonly fleet: Fleet;
  readonly progress: Progress;
  /** What lies in the input topic. */
  readonly log: InputLog;
  /** What lies in the others. */
  readonly records: FinalRecords;
  /** How many there have been. */
  faults = 0;
  /** What a case itself finds wrong. */
  readonly complaints: string[] = [];
  private readonly traffic: Traffic;
  private readonly feeder: Feeder;

  private constructor(
    readonly broker: ChaosBroker,
    private readonly sharedRedis: ChaosRedis | null,
    readonly settings: Readonly<Record<string, string>>,
    private readonly options: StageOptions,
  ) {
    const { address } = broker;
    this.random = Random.fromSeed(options.seed, 'chaos faults');
    this.fleet = new Fleet(settings);
    this.progress = new Progress(address, settings, options.signal);
    this.log = new InputLog(address, settings.INPUT_TOPIC);
    this.records = new FinalRecords(address, settings);
    this.traffic = new Traffic(options.seed, PARTITIONS, Date.now());
    this.feeder = new Feeder(address, options.signal);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const { folder, profile, settings } = options;
    await mkdir(folder, { recursive: true });
    const redis = options.redis ? await ChaosRedis.start(folder) : null;
    try {
      const broker = await ChaosBroker.start(folder);
      const ours = { KAFKA_BROKERS: broker.serviceAddress, STATE_DIR: join(folder, 'state') };
      const all = { ...ownSettings(profile, redis?.url), ...ours, ...settings };
      const stage = new Stage(broker, redis, all, options);
      await stage.createInput();
      return stage;
    } catch (error) {
      await redis?.stop();
      throw error;
    }
  }

  /** @throws when the case has said that it needs none */
  get redis(): ChaosRedis {
    if (this.sharedRedis === null) throw new Error('This case has no Redis');
    return this.sharedRedis;
  }

  get folder(): string {
    return this.options.folder;
  }

  /** Feeds in the background, at so many messages per second; call what it returns to end it. */
  feeding(rate: number): () => Promise<void> {
    const over = new AbortController();
    const done = this.feeder.stream(this.settings.INPUT_TOPIC, () => this.traffic.next(), rate, over.signal);
    done.catch(() => undefined);
    return () => {
      over.abort();
      return done;
    };
  }

  async feed(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => this.traffic.next());
    await this.feeder.send(this.settings.INPUT_TOPIC, records);
  }

  /** The traffic has messages for the new partitions from now on. */
  async addPartitions(more: number): Promise<void> {
    for (let added = 0; added < more; added++) this.traffic.addPartition();
    const topicPartitions = [{ topic: this.settings.INPUT_TOPIC, count: this.traffic.partitions }];
    await this.admin((admin) => admin.createPartitions({ topicPartitions }));
    await this.feeder.close();
  }

  /** After the input topic was deleted. */
  async makeInputAgain(): Promise<void> {
    await this.createInput();
    this.log.madeAgain();
    await this.feeder.close();
  }

  /** Runs a call of Kafka's administration. */
  admin<T>(call: Parameters<typeof withAdmin<T>>[1]): Promise<T> {
    return withAdmin(this.broker.address, call);
  }

  /**
   * When the faults are over: asks for everything that is remembered, waits until it is answered and summed up, ends the service in
   * order, and judges.
   */
  async judge(): Promise<Verdict> {
    await this.feeder.send(this.settings.INPUT_TOPIC, [...this.traffic.everybody()]);
    await this.progress.settled();
    await this.log.read();
    const inputs = this.log.all;
    if (this.settings.SUMMARY_TOPIC !== undefined)
      await this.progress
        .until(
          'a summary of everything',
          async () => (await this.records.covered()) === inputs.length,
          LAST_SUMMARY_MS,
        )
        .catch(() => undefined); // then the last one is judged
    this.complaints.push(...(await this.fleet.imbalances()));
    this.complaints.push(...(await this.fleet.stopAll()), ...this.fleet.deserters);
    const verdict = judge(inputs, await this.records.all(), {
      profile: this.options.profile,
      recounts: this.options.recounts,
      every: Number(this.settings.SUMMARY_EVERY_MESSAGES),
    });
    return { ...verdict, unequal: [...this.complaints, ...verdict.unequal] };
  }

  /** Ends everything that the case has started. */
  async close(): Promise<void> {
    await this.feeder.close();
    await this.fleet.destroy();
    await this.broker.stop();
    await this.sharedRedis?.stop();
  }

  private async createInput(): Promise<void> {
    // What the traffic dates back must not go by itself.
    const config = { 'retention.ms': '-1' };
    await createTopic(this.broker.address, this.settings.INPUT_TOPIC, this.traffic.partitions, config);
  }
}
