import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { DeliverySettings } from '../config/delivery.settings.js';
import { KafkaSettings } from '../config/kafka.settings.js';
import { BROKERS } from './brokers.js';
import { CODECS } from './codecs.js';
import { createKafka } from './create-kafka.js';
import { withDeadline } from './deadline.js';
import { logLevel } from './kafkajs.js';
import type { Kafka } from './kafkajs.js';
import { LaneProducer } from './lane-producer.js';
import { OneAtATime } from './one-at-a-time.js';
import { encodeRounds } from './record-rounds.js';
import { TopicsService } from './topics.service.js';

/** A broker closes connections that nobody has used for ten minutes; those that are near that are replaced. */
const MOST_IDLE_MS = 300_000;
const CLIENT_ID = 'login-stream-side';

/**
 * Writes records that are no outcomes, outside the transactions and the lanes: what happens here delays nothing there. It
 * asks the cluster for nothing either, so a topic that was deleted is written again once the service has made it again.
 */
@Injectable()
export class SideProducer implements OnApplicationShutdown {
  private readonly kafka: Kafka;
  private producer: LaneProducer | null = null;
  private usedAt = 0;
  /** Counts producers: one that connects after its deadline is let go of. */
  private attempt = 0;
  private readonly sends = new OneAtATime();

  constructor(
    settings: KafkaSettings,
    @Inject(BROKERS) brokers: string[],
    private readonly topics: TopicsService,
    private readonly delivery: DeliverySettings,
  ) {
    this.kafka = createKafka(settings, brokers, CLIENT_ID, { retries: 0 });
    this.kafka.logger().setLogLevel(logLevel.NOTHING); // whoever sends says what has failed, and how often
  }

  /**
   * Resolves when all replicas in sync have the record. One that fails is not sent again; still, it may have been written, or be written a little later.
   * A call during another one waits for it.
   *
   * @param deadlineMs for the send itself
   * @throws whatever kafkajs says, or `DeadlineExceeded`
   */
  send(topic: string, key: string, value: string, deadlineMs: number): Promise<void> {
    return this.sends.run(() => this.sendNow(topic, key, value, deadlineMs));
  }

  /** Lets go of the connections without waiting, also of those of a send that is going on. A later send connects anew. */
  close(): void {
    this.attempt++;
    this.producer?.close();
    this.producer = null;
  }

  onApplicationShutdown(): void {
    this.close();
  }

  private async sendNow(topic: string, key: string, value: string, deadlineMs: number): Promise<void> {
    try {
      await withDeadline(`Writing to ${topic}`, deadlineMs, this.write(topic, key, value));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private async write(topic: string, key: string, value: string): Promise<void> {
    if (performance.now() - this.usedAt > MOST_IDLE_MS) this.close();
    const attempt = this.attempt;
    const records = [{ key, value, headers: undefined, sourceOffset: 0 }];
    const codec = CODECS[this.delivery.compression];
    const rounds = await encodeRounds([{ topic, records }], (name) => this.topics.of(name), codec, 0);
    const producer = this.producer ?? (await this.open(attempt));
    await producer.send(rounds);
    this.usedAt = performance.now();
  }

  private async open(attempt: number): Promise<LaneProducer> {
    const producer = await LaneProducer.open(this.kafka, undefined);
    if (attempt !== this.attempt) {
      producer.close();
      throw new Error('This send was given up');
    }
    this.producer = producer;
    return producer;
  }
}
