import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { IMPATIENT_KAFKA } from './brokers.js';
import { withDeadline } from './deadline.js';
import { Kafka } from './kafkajs.js';
import type { Admin } from './kafkajs.js';

const CALL_DEADLINE_MS = 15_000;
const CONNECT_BACKOFF_MS = { first: 250, most: 5_000 };

/** Administrative calls to the cluster. After an error its connection is replaced, so that no dead socket is kept. */
@Injectable()
export class ClusterAdmin implements OnApplicationShutdown {
  private readonly logger = new Logger('Kafka');
  private admin: Promise<Admin> | null = null;

  constructor(@Inject(IMPATIENT_KAFKA) private readonly kafka: Kafka) {}

  async run<T>(call: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      return await withDeadline('A call to the Kafka cluster', CALL_DEADLINE_MS, this.connected().then(call));
    } catch (error) {
      this.reset();
      throw error;
    }
  }

  /** Resolves when a broker answers, however long that takes; says what it waits for. */
  async waitForBroker(signal: AbortSignal): Promise<void> {
    this.logger.log('Connecting to Kafka');
    for (let backoff = CONNECT_BACKOFF_MS.first, attempt = 1; ; attempt++) {
      try {
        const { brokers } = await this.run((admin) => admin.describeCluster());
        this.logger.log(`Connected to Kafka: ${brokers.length} broker${brokers.length === 1 ? '' : 's'}`);
        return;
      } catch (error) {
        signal.throwIfAborted();
        this.logger.warn(
          `No Kafka broker answers (attempt ${attempt}): ${(error as Error).message}. Trying again.`,
        );
      }
      await sleep(backoff, undefined, { signal });
      backoff = Math.min(backoff * 2, CONNECT_BACKOFF_MS.most);
    }
  }

  /** The committed offset of one partition, or null if the group has none. */
  async committedOffset(groupId: string, topic: string, partition: number): Promise<number | null> {
    const offset = await this.run(async (admin) => {
      const topics = await admin.fetchOffsets({ groupId, topics: [topic] });
      return offsetOf(topics[0]?.partitions, topic, partition);
    });
    return offset < 0 ? null : offset;
  }

  /** Offset behind the partition's last record. */
  logEndOffset(topic: string, partition: number): Promise<number> {
    return this.run(async (admin) => offsetOf(await admin.fetchTopicOffsets(topic), topic, partition));
  }

  onApplicationShutdown(): void {
    this.reset();
  }

  private connected(): Promise<Admin> {
    this.admin ??= this.connect();
    return this.admin;
  }

  private async connect(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }

  private reset(): void {
    this.admin?.then((admin) => admin.disconnect()).catch(() => undefined);
    this.admin = null;
  }
}

type PartitionOffset = { readonly partition: number; readonly offset: string };

/** @throws when the client's metadata is older than the partition: to know of no offset is not to know that there is none. */
function offsetOf(all: readonly PartitionOffset[] | undefined, topic: string, partition: number): number {
  const found = all?.find((each) => each.partition === partition);
  if (found === undefined) throw new Error(`The cluster's metadata does not list ${topic}-${partition} yet`);
  return Number(found.offset);
}
