import type { EncodedMessage } from './kafkajs-patches.js';
import { REQUEST_TIMEOUT_MS } from './create-kafka.js';
import type { Kafka, Message, Producer, Transaction } from './kafkajs.js';
import type { RecordSet } from './record-set.js';

type SendBatch = Pick<Producer, 'sendBatch'>['sendBatch'];

/** How a broker that does not come back leaves an open transaction: it is aborted after this time. */
const TRANSACTION_TIMEOUT_MS = 30_000;

/** What a transaction commits of the input: `offset` is the next one to read. */
interface InputPosition {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Kept with the offset. */
  readonly metadata?: string;
}

/**
 * One producer, for the outcomes of one input partition. There is never more than one send in flight, and after
 * any error the whole producer is thrown away: kafkajs loses messages, or keeps a dead socket, otherwise.
 */
export class LaneProducer {
  private readonly sequences = new Map<string, number>();
  private closed = false;

  private constructor(private readonly producer: Producer) {}

  /**
   * Connects. With a transactional id this is the fence: an open transaction of an earlier producer with the
   * same id has ended, one way or the other, when this resolves, and that producer can do nothing any more.
   */
  static async open(kafka: Kafka, transactionalId: string | undefined): Promise<LaneProducer> {
    const producer = kafka.producer({
      ...(transactionalId === undefined ? {} : { transactionalId }),
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { retries: 1, initialRetryTime: 100 }, // the least that an idempotent producer may have
      createPartitioner:
        () =>
        ({ message }: { message: Message }) =>
          message.partition ?? 0,
    });
    const lane = new LaneProducer(producer);
    try {
      await producer.connect();
      if (transactionalId !== undefined) await (await producer.transaction()).abort();
    } catch (error) {
      lane.close();
      throw error;
    }
    return lane;
  }

  /** Sends the rounds one after the other; resolves when all replicas in sync have them. */
  async send(rounds: readonly RecordSet[][]): Promise<void> {
    await this.unlessClosed(this.sendRounds(rounds, (batch) => this.producer.sendBatch(batch)));
  }

  /** The same in one transaction, together with the input's new offset. */
  async sendTransaction(rounds: readonly RecordSet[][], input: InputPosition): Promise<void> {
    await this.unlessClosed(this.runTransaction(rounds, input));
  }

  /** Lets go of the connections without waiting: whoever closes a producer has nothing to expect from it. */
  close(): void {
    this.closed = true;
    this.producer.disconnect().catch(() => undefined);
  }

  /**
   * kafkajs connects again for a send that is still going on when its producer is closed. The connection must not
   * stay, and what the caller would do next (commit an offset) must not happen: somebody else has done it since.
   */
  private async unlessClosed(work: Promise<void>): Promise<void> {
    try {
      await work;
    } finally {
      if (this.closed) this.close();
    }
    if (this.closed) throw new Error('This producer was closed during the send');
  }

  private async runTransaction(rounds: readonly RecordSet[][], input: InputPosition): Promise<void> {
    const transaction: Transaction = await this.producer.transaction();
    const { partition, offset, metadata = '' } = input;
    const partitions = [{ partition, offset: String(offset), metadata }];
    // Records and offset go to different brokers and do not wait for each other; the commit waits for both.
    const both = [
      this.sendRounds(rounds, (batch) => transaction.sendBatch(batch)),
      transaction.sendOffsets({
        consumerGroupId: input.groupId,
        topics: [{ topic: input.topic, partitions }],
      }),
    ];
    // When one has failed, the other may still be trying, and connect again after the producer has been closed.
    void Promise.allSettled(both).then(() => this.closed && this.close());
    await Promise.all(both);
    await transaction.commit();
  }

  private async sendRounds(rounds: readonly RecordSet[][], sendBatch: SendBatch): Promise<void> {
    for (const round of rounds) {
      const byTopic = new Map<string, EncodedMessage[]>();
      for (const recordSet of round) {
        const { topic, partition } = recordSet;
        const id = `${topic}-${partition}`;
        recordSet.firstSequence = this.sequences.get(id) ?? 0;
        this.sequences.set(id, nextSequence(recordSet));
        const messages = byTopic.get(topic);
        const message: EncodedMessage = { partition, value: null, recordSet };
        if (messages === undefined) byTopic.set(topic, [message]);
        else messages.push(message);
      }
      const written = await sendBatch({
        acks: -1,
        timeout: REQUEST_TIMEOUT_MS,
        topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
      });
      // kafkajs leaves out, without a word, what is meant for a partition that its metadata does not know.
      if (written.length !== round.length)
        throw new Error(`Only ${written.length} of ${round.length} partitions took their records`);
    }
  }
}

/** Sequences are 31-bit integers that wrap round to zero. */
const nextSequence = ({ firstSequence, count }: RecordSet): number => (firstSequence + count) % 2 ** 31;
