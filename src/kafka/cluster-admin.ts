import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { IMPATIENT_KAFKA } from './brokers.js';
import { withDeadline } from './deadline.js';
import { Kafka } from './kafkajs.js';
import type { Admin } from './kafkajs.js';
import type { OffsetRange } from './log-reader.js';
import { logInRefused } from './log-in-refused.js';

const CALL_DEADLINE_MS = 15_000;
const CONNECT_BACKOFF_MS = { first: 250, most: 5_000 };

/** Administrative calls to the cluster. After an error its connection is replaced, so that no dead socket is kept. */
@Injectable()
export class ClusterAdmin implements OnApplicationShutdown {
  private readonly logger = new Logger('Kafka');
  private admin: Promise<Admin> | null = null;

  constructor(@Inject(IMPATIENT_KAFKA) private readonly kafka: Kafka) {}

  async run<T>(call: (admin: Admin) => Promise<T>): Promise<T> {
    const connection = this.connected();
    try {
      return await withDeadline('A call to the Kafka cluster', CALL_DEADLINE_MS, connection.then(call));
    } catch (error) {
      if (this.admin === connection) this.reset(); // a late failure leaves the next connection alone
      throw error;
    }
  }

  /**
   * Resolves when a broker answers, however long that takes; says what it waits for.
   *
   * @throws InvalidSettingsError when one answers that it does not know the user or the password
   */
  async waitForBroker(signal: AbortSignal): Promise<void> {
    this.logger.log('Connecting to Kafka');
    for (let backoff = CONNECT_BACKOFF_MS.first, attempt = 1; ; attempt++) {
      try {
        const { brokers } = await this.run((admin) => admin.describeCluster());
        this.logger.log(`Connected to Kafka: ${brokers.length} broker${brokers.length === 1 ? '' : 's'}`);
        return;
      } catch (error) {
        signal.throwIfAborted();
        const refused = logInRefused(error);
        if (refused !== null) throw refused;
        this.logger.warn(
          `No Kafka broker answers (attempt ${attempt}): ${(error as Error).message}. Trying again.`,
        );
      }
      await sleep(backoff, undefined, { signal });
      backoff = Math.min(backoff * 2, CONNECT_BACKOFF_MS.most);
    }
  }

  /** What a group has committed for one partition, or null if nothing. */
  async committed(
    groupId: string,
    topic: string,
    partition: number,
  ): Promise<{ offset: number; metadata: string | null } | null> {
    return this.run(async (admin) => {
      const topics = await admin.fetchOffsets({ groupId, topics: [topic] });
      const { offset, metadata } = ofPartition(topics[0]?.partitions, topic, partition);
      return Number(offset) < 0 ? null : { offset: Number(offset), metadata };
    });
  }

  /** Offset of the partition's first record that is still there. */
  async logStartOffset(topic: string, partition: number): Promise<number> {
    return (await this.logRange(topic, partition)).from;
  }

  /** Offset behind the partition's last record. */
  async logEndOffset(topic: string, partition: number): Promise<number> {
    return (await this.logRange(topic, partition)).end;
  }

  /** Offsets that the partition's log has. */
  logRange(topic: string, partition: number): Promise<OffsetRange> {
    return this.run(async (admin) => {
      const { low, high } = ofPartition(await admin.fetchTopicOffsets(topic), topic, partition);
      return { from: Number(low), end: Number(high) };
    });
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

/** @throws when the client's metadata is older than the partition: to know of no offset is not to know that there is none. */
function ofPartition<T extends { readonly partition: number }>(
  all: readonly T[] | undefined,
  topic: string,
  partition: number,
): T {
  const found = all?.find((each) => each.partition === partition);
  if (found === undefined) throw new Error(`The cluster's metadata does not list ${topic}-${partition} yet`);
  return found;
}
