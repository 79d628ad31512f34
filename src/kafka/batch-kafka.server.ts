import { Inject, Injectable, Logger } from '@nestjs/common';
import { ServerKafka } from '@nestjs/microservices';
import type { MessageHandler } from '@nestjs/microservices';
import type { ConsumerGroupJoinEvent, ConsumerCrashEvent } from 'kafkajs';
import { DeliverySettings } from '../config/delivery.settings.js';
import { KafkaSettings } from '../config/kafka.settings.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { StateSettings } from '../config/state.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import type { BatchLease } from '../pipeline/batch-lease.js';
import type { RawBatch } from '../pipeline/raw-record.js';
import { KafkaBatchContext } from './kafka-batch-context.js';
import { BatchKafkaClient } from './batch-kafka.client.js';
import { ConsumerHealth } from './consumer-health.js';
import { Kafka } from './kafkajs.js';
import { PartitionPauses } from './partition-pauses.js';
import type { Consumer, EachBatchPayload } from './kafkajs.js';
import { rejoin } from './send-errors.js';
import { singleOwnerAssigner } from './single-owner.assigner.js';

/** The logical name that handlers listen to; `INPUT_TOPIC` says which topic it is. */
export const INPUT_PATTERN = 'user-login';

/** More partitions than any one service has: each partition's batch is worked on while the others' are being sent. */
const CONCURRENT_PARTITIONS = 1_000;
const METADATA_MAX_AGE_MS = 30_000;
const REBALANCE_TIMEOUT_MS = 30_000;

/**
 * Nest's Kafka server with the batch as the unit: the handler of `@EventPattern('user-login')` is called once for each
 * batch of a partition, with a {@link RawBatch} and a {@link KafkaBatchContext}. When it resolves the batch is settled.
 */
@Injectable()
export class BatchKafkaServer extends ServerKafka {
  protected override readonly logger = new Logger('Kafka');
  private epoch = 0;
  private stopping = false;
  /** Since when it has partitions, in milliseconds since 1970; null while it has none. */
  private ownerSince: number | null = null;

  constructor(
    @Inject(Kafka) private readonly kafka: Kafka,
    private readonly kafkaSettings: KafkaSettings,
    private readonly topics: TopicSettings,
    private readonly delivery: DeliverySettings,
    private readonly state: StateSettings,
    private readonly publisher: BatchKafkaClient,
    private readonly health: ConsumerHealth,
    private readonly pauses: PartitionPauses,
  ) {
    super({ postfixId: '', consumer: { groupId: kafkaSettings.groupId } });
  }

  /** @throws when a pattern is handled twice, or is one that no topic feeds. */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras = {}): void {
    if (pattern !== INPUT_PATTERN || !isEventHandler)
      throw new Error(
        `No topic feeds the pattern ${String(pattern)}: handlers use @EventPattern('${INPUT_PATTERN}')`,
      );
    if (this.messageHandlers.has(INPUT_PATTERN))
      throw new Error(`Two handlers for @EventPattern('${INPUT_PATTERN}'): every batch has exactly one`);
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  /** As in the base class, but without the producer for replies: nobody waits for one. */
  override async start(callback: (error?: unknown) => void): Promise<void> {
    const { batchMaxBytes, batchMaxWaitMs } = this.delivery;
    const { groupId, sessionTimeoutMs } = this.kafkaSettings;
    const consumer = this.kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(3_000, Math.floor(sessionTimeoutMs / 5)),
      rebalanceTimeout: Math.max(REBALANCE_TIMEOUT_MS, sessionTimeoutMs),
      maxBytesPerPartition: batchMaxBytes,
      maxBytes: Math.max(10 * 1024 * 1024, batchMaxBytes),
      maxWaitTimeInMs: batchMaxWaitMs,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      retry: { retries: 5, initialRetryTime: 200, maxRetryTime: 5_000 },
      ...(this.isSingle && { partitionAssigners: [singleOwnerAssigner(() => this.ownerSince)] }),
    });
    this.consumer = consumer;
    this.registerConsumerEventListeners();
    await consumer.connect();
    await this.bindEvents(consumer);
    callback();
  }

  override async bindEvents(consumer: Consumer): Promise<void> {
    if (!this.messageHandlers.has(INPUT_PATTERN))
      throw new Error(`Nothing handles @EventPattern('${INPUT_PATTERN}')`);
    await consumer.subscribe({ topics: [this.topics.input], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
      eachBatch: (payload) => this.handleBatch(payload),
    });
  }

  override createClient<T>(): Promise<T> {
    return Promise.resolve(this.kafka as T);
  }

  protected override registerConsumerEventListeners(): void {
    super.registerConsumerEventListeners();
    const consumer = this.consumer!;
    this.pauses.follow(consumer, this.topics.input);
    consumer.on(consumer.events.GROUP_JOIN, (event: ConsumerGroupJoinEvent) => {
      this.epoch++;
      const partitions = event.payload.memberAssignment[this.topics.input] ?? [];
      this.ownerSince = partitions.length === 0 ? null : (this.ownerSince ?? Date.now());
      this.health.joined(partitions, event.payload.memberId);
      if (this.isSingle && partitions.length === 0) return this.health.crashed(this.notAlone(), false);
      const { epoch } = this;
      const takenOver = this.publisher.joined(partitions, (partition) => this.membership(partition, epoch));
      takenOver.then(
        () => epoch === this.epoch && this.health.tookOver(),
        (error: Error) => this.health.crashed(error, false),
      );
      const owned =
        partitions.length === 0 ? 'no partition is left for it' : `partitions ${partitions.join(', ')}`;
      this.logger.log(`Joined the group ${this.kafkaSettings.groupId}: ${owned}`);
    });
    consumer.on(consumer.events.REBALANCING, () => {
      this.health.left();
      this.publisher.leave(); // until the next join
    });
    consumer.on(consumer.events.HEARTBEAT, () => this.health.beat());
    consumer.on(consumer.events.CRASH, ({ payload }: ConsumerCrashEvent) =>
      this.health.crashed(payload.error, payload.restart),
    );
  }

  override async close(): Promise<void> {
    this.stopping = true;
    this.publisher.leave();
    await super.close();
  }

  /** Whether state is this instance's alone, and so all partitions are. */
  private get isSingle(): boolean {
    return this.state.stateStore === 'embedded';
  }

  private notAlone(): Error {
    return new InvalidSettingsError([
      `STATE_STORE=embedded is for one instance, and another one has the partitions of the group ${this.kafkaSettings.groupId}. ` +
        'Use STATE_STORE=redis for several instances, or the same STATE_DIR for one that takes over when the other ends',
    ]);
  }

  /** The right to a partition that comes from a join alone, without a batch. */
  private membership(partition: number, epoch: number): BatchLease {
    const topic = this.topics.input;
    return {
      epoch,
      endOffset: 0,
      highWatermark: Infinity,
      isRunning: () => !this.stopping,
      // kafkajs keeps the membership while no batch is worked on.
      heartbeat: async () => this.assertCurrent(partition, epoch),
      commit: async (offset, metadata) =>
        this.consumer!.commitOffsets([{ topic, partition, offset: String(offset), metadata }]),
      pause: () => undefined, // there is no batch that could be held back
    };
  }

  private assertCurrent(partition: number, epoch: number): void {
    if (epoch !== this.epoch)
      throw rejoin(`${this.topics.input}-${partition}: the group has been joined again`);
  }

  private async handleBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    // Fetched before a join that took the partition away: its owner has these records.
    if (!this.health.partitions.has(partition)) return;
    const batch: RawBatch = { topic, partition, records: messages };
    const { epoch } = this;
    // A join waits for the batch, and where state is shared the batch may wait for what somebody gets with the join.
    const assertCurrent = () => this.state.stateStore === 'redis' && this.assertCurrent(partition, epoch);
    const context = new KafkaBatchContext(payload, epoch, this.pauses, assertCurrent);
    this.health.fetched(partition, context);
    await this.handleEvent(INPUT_PATTERN, { pattern: INPUT_PATTERN, data: batch }, context as never);
    if (context.pausedAt !== null) return this.health.settled(partition, context.pausedAt);
    // After a join kafkajs starts from the committed offset; it may not even know the topic any more, and then it throws.
    if (context.epoch === this.epoch) payload.resolveOffset(messages[messages.length - 1].offset);
    this.health.settled(partition, context.endOffset);
  }
}
