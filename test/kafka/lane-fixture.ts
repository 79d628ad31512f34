import { Logger } from '@nestjs/common';
import { testSettings } from '../../src/config/testing.js';
import { BatchKafkaClient } from '../../src/kafka/batch-kafka.client.js';
import { ClusterAdmin } from '../../src/kafka/cluster-admin.js';
import { Kafka, logLevel } from '../../src/kafka/kafkajs.js';
import { LaneProducer } from '../../src/kafka/lane-producer.js';
import type { OutgoingRecord } from '../../src/kafka/outgoing-record.js';
import type { Outcomes } from '../../src/kafka/pending-outcomes.js';
import { PublishingObserver } from '../../src/kafka/publishing-observer.js';
import { TopicsService } from '../../src/kafka/topics.service.js';
import type { BatchLease } from '../../src/pipeline/batch-lease.js';
import { createTopic, kafkaAt, readAll, uniqueName } from '../support/kafka.js';
import type { ReadRecord } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

Logger.overrideLogger(false);

export interface LaneOptions {
  readonly partitions?: number;
  readonly outputPartitions?: number;
  readonly outputConfig?: Record<string, string>;
  readonly settings?: Record<string, string>;
}

/** What one process has: a client that publishes, and what it has told about its sends. */
export class LaneProcess extends PublishingObserver {
  retries = 0;
  batches = 0;
  readonly admin: ClusterAdmin;
  readonly client: BatchKafkaClient;

  constructor(kafka: Kafka, env: Record<string, string>) {
    super();
    const settings = testSettings(env);
    this.admin = new ClusterAdmin(kafka);
    const topics = new TopicsService(this.admin, settings.topic, settings.input);
    const { kafka: group, topic, delivery, state } = settings;
    this.client = new BatchKafkaClient(kafka, this.admin, topics, group, topic, delivery, state, this);
  }

  published(): void {
    this.batches++;
  }

  retried(): void {
    this.retries++;
  }

  released(): void {}

  offsetReset(): void {}

  async close(): Promise<void> {
    await this.client.close();
    this.admin.onApplicationShutdown();
  }
}

/** An input topic, an output topic, and processes of one group that publish outcomes without a consumer. */
export class LaneFixture {
  readonly input = uniqueName('input');
  readonly output = uniqueName('output');
  readonly group = uniqueName('group');
  /** Offsets that leases were asked to commit (at-least-once). */
  readonly commits: number[] = [];
  private readonly processes: LaneProcess[] = [];

  private constructor(
    readonly broker: string,
    private readonly options: LaneOptions,
  ) {}

  static async create(broker: string, options: LaneOptions = {}): Promise<LaneFixture> {
    const fixture = new LaneFixture(broker, options);
    await createTopic(broker, fixture.input, options.partitions ?? 1);
    await createTopic(broker, fixture.output, options.outputPartitions ?? 1, options.outputConfig);
    return fixture;
  }

  /** @param requestTimeout milliseconds: short, so that an answer that never comes does not take long */
  process(requestTimeout = 1_500): LaneProcess {
    const { broker, group, input, output } = this;
    const kafka = new Kafka({
      clientId: group,
      brokers: [broker],
      requestTimeout,
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 8 },
    });
    const process = new LaneProcess(kafka, {
      KAFKA_BROKERS: broker,
      KAFKA_GROUP_ID: group,
      INPUT_TOPIC: input,
      OUTPUT_TOPIC: output,
      ERROR_TOPIC: '',
      FILTERED_TOPIC: '',
      SUMMARY_TOPIC: '',
      METRICS_TOPIC: '',
      TOPICS: 'verify',
      ...this.options.settings,
    });
    this.processes.push(process);
    return process;
  }

  lease(epoch = 1, overrides: Partial<BatchLease> = {}): BatchLease {
    return {
      epoch,
      endOffset: 0,
      highWatermark: Number.MAX_SAFE_INTEGER,
      isRunning: () => true,
      heartbeat: async () => undefined,
      commit: async (offset) => void this.commits.push(offset),
      pause: () => undefined,
      ...overrides,
    };
  }

  /** Outcomes of input offsets from `first` up to, not including, `end`; each value is its offset. */
  outcomes(
    first: number,
    end: number,
    record: Partial<OutgoingRecord> = {},
  ): Outcomes & { settlements: number } {
    const records = Array.from({ length: end - first }, (_, index) => ({
      key: 'key' as Buffer | string | null,
      value: String(first + index),
      headers: undefined,
      sourceOffset: first + index,
      ...record,
    }));
    const outcomes = {
      topics: [{ topic: this.output, records }],
      offsets: { first, end },
      summaries: null,
      recorded: null,
      stalled: () => undefined,
      resumed: () => undefined,
      givenUp: () => undefined,
      settlements: 0,
      settled: () => void outcomes.settlements++,
    };
    return outcomes;
  }

  /** What the output holds for readers of committed records, once there are at least so many. */
  written(count: number): Promise<ReadRecord[]> {
    return readWhen(this.broker, this.output, count);
  }

  /** The same as numbers: input offsets by output partition and offset. */
  async writtenOffsets(count: number): Promise<number[]> {
    return (await this.written(count)).map(({ value }) => Number(value));
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.close()));
  }
}

export const numbers = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, index) => first + index);

/** A commit is answered before its last marker is written, so what was committed can be read a little later. */
export async function readWhen(broker: string, topic: string, count: number): Promise<ReadRecord[]> {
  return waitFor(`${count} records in ${topic}`, async () => {
    const records = await readAll(broker, topic);
    return records.length >= count && records;
  });
}

/** Commits an offset of partition 0 for a group without members. A new broker's coordinators are not ready at once. */
export async function commitOffset(
  broker: string,
  groupId: string,
  topic: string,
  offset: number,
): Promise<void> {
  await waitFor(`${groupId} to commit ${offset}`, async () => {
    const attempt = await LaneProducer.open(kafkaAt(broker), `${groupId}-${topic}-0`);
    try {
      await attempt.sendTransaction([], { groupId, topic, partition: 0, offset });
      return true;
    } catch {
      return false;
    } finally {
      attempt.close();
    }
  });
}
