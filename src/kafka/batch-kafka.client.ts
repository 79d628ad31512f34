import { Inject, Injectable } from '@nestjs/common';
import { ClientKafka } from '@nestjs/microservices';
import { DeliverySettings } from '../config/delivery.settings.js';
import { KafkaSettings } from '../config/kafka.settings.js';
import { StateSettings } from '../config/state.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import type { BatchLease } from '../pipeline/batch-lease.js';
import { Barrier } from './barrier.js';
import { IMPATIENT_KAFKA } from './brokers.js';
import { ClusterAdmin } from './cluster-admin.js';
import { CODECS } from './codecs.js';
import { CommittedByAnother } from './committed-by-another.error.js';
import { Kafka } from './kafkajs.js';
import { LaneProducer } from './lane-producer.js';
import { waitWhileLeased } from './lease-guard.js';
import { PartitionLane } from './partition-lane.js';
import type { LanePort } from './lane-port.js';
import type { Committed, Outcomes } from './pending-outcomes.js';
import { PublishingObserver } from './publishing-observer.js';
import { encodeRounds } from './record-rounds.js';
import { rejoin } from './send-errors.js';
import { TopicsService } from './topics.service.js';

/**
 * Sends the outcomes of a batch, for all topics at once, with one producer per input partition. The base
 * class's `emit` and `send`, one message per request, still work, and are not used.
 */
@Injectable()
export class BatchKafkaClient extends ClientKafka {
  private readonly lanes = new Map<number, PartitionLane>();
  private memberships: ReadonlyMap<number, BatchLease> = new Map();
  /** Until every partition of the latest join is taken over. */
  private takingOver: Promise<void> | null = null;
  /** Only this process may commit anything: see {@link startAlone}. */
  private alone = false;
  /** The latest join's partitions, when they have to be taken over together. */
  private together: Barrier | null = null;

  constructor(
    @Inject(IMPATIENT_KAFKA) private readonly kafka: Kafka,
    private readonly admin: ClusterAdmin,
    private readonly topics: TopicsService,
    private readonly settings: KafkaSettings,
    private readonly topicSettings: TopicSettings,
    private readonly deliverySettings: DeliverySettings,
    private readonly stateSettings: StateSettings,
    private readonly observer: PublishingObserver,
  ) {
    super({ producerOnlyMode: true });
  }

  /** Offset from which on the partition's records have no outcome yet; null when none has one. */
  async claim(partition: number, lease: BatchLease): Promise<number | null> {
    while (this.takingOver !== null) await waitWhileLeased(lease, this.takingOver);
    if (!this.tookOver) throw rejoin('Not every partition could be taken over');
    const position = await this.lane(partition).claim(lease);
    this.observer.released(partition);
    return position;
  }

  /** Resolves when the outcomes are written and their offset is committed; waits as long as a dependency is away. */
  async publishOutcomes(partition: number, outcomes: Outcomes, lease: BatchLease): Promise<void> {
    const start = performance.now();
    await this.lane(partition).publish(outcomes, lease);
    this.observer.published(partition, (performance.now() - start) / 1000);
  }

  /** Keeps outcomes that an earlier process could not commit, until the partition is claimed. */
  restore(partition: number, outcomes: Outcomes): void {
    this.lane(partition).restore(outcomes);
  }

  /**
   * Before the group is joined: ends what an earlier owner of the partition may still do, then reads what is committed.
   *
   * @returns null when nothing is
   */
  async fence(partition: number): Promise<Committed | null> {
    const port = this.port(partition);
    try {
      (await port.openProducer()).close();
    } catch (error) {
      const id = this.transactionalId(partition);
      throw new Error(
        `partition ${partition} cannot be taken over with the transactional id ${id}: ${(error as Error).message}`,
        { cause: error },
      );
    }
    return port.committed();
  }

  /**
   * Before the group is joined, by whoever has state that nobody else may work on: what others commit from now on is found at the next join.
   *
   * @param committed of each partition, as far as state knows; null when nothing is
   */
  startAlone(committed: ReadonlyMap<number, number | null>): void {
    this.alone = true;
    for (const [partition, offset] of committed) this.lane(partition).startAlone(offset);
  }

  /**
   * After a join: takes every partition over before the first batch of any is worked on. From then on no earlier owner
   * can commit anything, so that what is committed is known: offsets, and the last summary.
   *
   * @throws CommittedByAnother when only this process may commit, and somebody else has: then nothing is written
   */
  async joined(partitions: readonly number[], leaseOf: (partition: number) => BatchLease): Promise<void> {
    this.retain(partitions);
    this.memberships = new Map(partitions.map((partition) => [partition, leaseOf(partition)]));
    const owned = [...this.memberships].map(([partition, lease]) => ({ lane: this.lane(partition), lease }));
    // Before any of them: what one lane left unfinished, another one may wait for.
    const resume = () => owned.forEach(({ lane }) => lane.resume());
    if (this.alone) owned.forEach(({ lane }) => lane.suspend());
    else resume();
    // What state has counted after something that it lacks must not be written either, wherever that is.
    const together = this.alone ? new Barrier(owned.length, resume) : undefined;
    this.together = together ?? null;
    // One that cannot be taken over in this lease is tried again by its first batch.
    const all = Promise.allSettled(owned.map(({ lane, lease }) => lane.claim(lease, together)));
    const done = all.then((results) => {
      for (const result of results)
        if (result.status === 'rejected' && result.reason instanceof CommittedByAnother) throw result.reason;
      if (this.takingOver === done) this.takingOver = null;
    });
    await (this.takingOver = done);
  }

  /** Before a stop, or a join: nothing is begun any more that no batch asks for. */
  leave(): void {
    this.memberships = new Map();
  }

  /** The right to a partition without a batch of it; null unless it is ours and taken over. */
  membershipOf(partition: number): BatchLease | null {
    return this.owned.get(partition) ?? null;
  }

  /** The partitions that are this process's and taken over, with the right to each. */
  get owned(): ReadonlyMap<number, BatchLease> {
    return this.takingOver === null && this.tookOver ? this.memberships : new Map();
  }

  /** False: the latest join's partitions have to be taken over together, and were not. */
  private get tookOver(): boolean {
    return this.together?.isPassed ?? true;
  }

  /** Sequence number of the last summary that is committed, as far as this instance's partitions know. */
  get lastSummary(): number {
    let last = 0;
    for (const lane of this.lanes.values()) last = Math.max(last, lane.lastSummary);
    return last;
  }

  /** The same of the whole group. */
  async lastSummaryOfGroup(): Promise<number> {
    const request = { groupId: this.settings.groupId, topics: [this.topicSettings.input] };
    const topics = await this.admin.run((admin) => admin.fetchOffsets(request));
    const all = topics.flatMap(({ partitions }) => partitions.map(({ metadata }) => summaryIn(metadata)));
    return Math.max(0, ...all);
  }

  /**
   * After a join: lets go of the producers of partitions that this process does not own any more. What is pending
   * there is kept, if the partition comes back with the same records; where results are shared, they are asked for again then.
   */
  retain(partitions: readonly number[]): void {
    for (const [partition, lane] of this.lanes) {
      this.observer.released(partition); // whoever still waits says so again at the next try
      if (!partitions.includes(partition)) lane.close();
    }
  }

  override createClient<T>(): Promise<T> {
    return Promise.resolve(this.kafka as T);
  }

  override async close(): Promise<void> {
    this.retain([]);
    await super.close();
  }

  private transactionalId(partition: number): string {
    return `${this.settings.groupId}-${this.topicSettings.input}-${partition}`;
  }

  private lane(partition: number): PartitionLane {
    let lane = this.lanes.get(partition);
    if (lane === undefined) {
      lane = new PartitionLane(`${this.topicSettings.input}-${partition}`, this.port(partition));
      if (this.alone) lane.startAlone(null); // the partition is a new one
      this.lanes.set(partition, lane);
    }
    return lane;
  }

  private port(partition: number): LanePort {
    const topic = this.topicSettings.input;
    const { groupId } = this.settings;
    const exactlyOnce = this.deliverySettings.delivery === 'exactly-once';
    const codec = CODECS[this.deliverySettings.compression];
    return {
      resultsAreShared: this.stateSettings.stateStore === 'redis',
      group: groupId,
      openProducer: () =>
        LaneProducer.open(this.kafka, exactlyOnce ? this.transactionalId(partition) : undefined),
      committed: async () => {
        const committed = await this.admin.committed(groupId, topic, partition);
        return committed && { offset: committed.offset, summary: summaryIn(committed.metadata) };
      },
      logStartOffset: () => this.admin.logStartOffset(topic, partition),
      logEndOffset: () => this.admin.logEndOffset(topic, partition),
      refreshTopics: () => this.topics.refresh(),
      encode: (topics, shrink) =>
        encodeRounds(topics, (name) => this.topics.of(name), codec, partition, shrink),
      commit: async (producer, rounds, { offset, summary }, lease) => {
        const metadata = metadataOf(summary);
        if (exactlyOnce)
          return producer.sendTransaction(rounds, { groupId, topic, partition, offset, metadata });
        await producer.send(rounds);
        await lease.commit(offset, metadata);
      },
      retried: () => this.observer.retried(partition),
      offsetReset: () => this.observer.offsetReset(partition),
    };
  }
}

/** What is kept with a committed offset: it outlives the summary topic's retention, and changes with the offset or not at all. */
const metadataOf = (summary: number): string => (summary === 0 ? '' : `summary=${summary}`);
const summaryIn = (metadata: string | null): number =>
  Number(/^summary=(\d+)$/.exec(metadata ?? '')?.[1] ?? 0);
