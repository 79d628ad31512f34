import type { Codec } from './codecs.js';
import type { Kafka } from './kafkajs.js';
import { LaneProducer } from './lane-producer.js';
import { MissingTopic } from './missing-topic.error.js';
import type { OutgoingRecord } from './outgoing-record.js';
import type { Patience } from './patience.js';
import { encodeRounds } from './record-rounds.js';
import { isTooLarge } from './send-errors.js';
import { describeTopic } from './topic-catalog.js';
import type { TopicFacts } from './topic-catalog.js';
import { unlessAborted } from './unless-aborted.js';

export interface WriterOptions {
  readonly topic: string;
  readonly codec: Codec;
  /** Decides how long a broker or a topic that is not there is waited for. */
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/** How long a send that is under way when the signal comes may still take. */
const GRACE_MS = 5_000;

/**
 * Writes records to one topic, with the partitions that Kafka's own clients would choose. One send at a time. A send of
 * unknown result is repeated; {@link uncertain} says how many records may therefore be there once more than was sent.
 */
export class TopicWriter {
  /** Records of sends that failed: the broker may have taken them all the same. */
  uncertain = 0;
  private producer: LaneProducer | null = null;
  private facts: TopicFacts | null = null;
  private readonly grace = new AbortController();

  constructor(
    private readonly kafka: Kafka,
    private readonly options: WriterOptions,
  ) {
    const { signal } = options;
    const end = () => setTimeout(() => this.grace.abort(signal.reason), GRACE_MS).unref();
    signal.addEventListener('abort', end, { once: true });
  }

  /** Resolves when the topic is there and can be written to. */
  async open(): Promise<void> {
    const { patience, signal } = this.options;
    await patience.until(() => unlessAborted(signal, this.connect()));
  }

  /** Resolves when all replicas in sync have the records. */
  async send(records: readonly OutgoingRecord[]): Promise<void> {
    const { topic, codec, patience, signal } = this.options;
    let shrink = 1;
    await patience.until(async () => {
      const producer = this.producer ?? (await unlessAborted(signal, this.connect()));
      const rounds = await encodeRounds([{ topic, records }], () => this.facts!, codec, 0, shrink);
      try {
        await unlessAborted(this.grace.signal, producer.send(rounds));
      } catch (error) {
        this.close();
        if (isTooLarge(error)) shrink /= 2;
        this.uncertain += records.length;
        throw error;
      }
    });
  }

  /** Lets go of the connections. */
  close(): void {
    this.producer?.close();
    this.producer = null;
  }

  private async connect(): Promise<LaneProducer> {
    const { topic, signal } = this.options;
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      this.facts = await describeTopic(admin, topic);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    if (this.facts === null) throw new MissingTopic(topic);
    const producer = await LaneProducer.open(this.kafka, undefined);
    if (signal.aborted) producer.close();
    return (this.producer = producer);
  }
}
