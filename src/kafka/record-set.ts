import { crc32c } from './crc32c.js';
import type { Codec } from './codecs.js';
import type { OutgoingRecord } from './outgoing-record.js';
import { RecordWriter } from './record-writer.js';

const HEADER_BYTES = 61;
const TRANSACTIONAL = 0x10;
const MAGIC = 2;
const MOST_GUESSED_BYTES = 4 * 1024 * 1024;

/** Who sends a record set, as the broker checks it. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly transactional: boolean;
}

/**
 * Records of one topic partition, encoded and compressed once. When a send has to be repeated the same bytes
 * go out again; only the producer's identity in the header is written anew.
 */
export class RecordSet {
  /** Set by the sender: sequence of the first record within its producer's epoch. */
  firstSequence = 0;

  private constructor(
    readonly topic: string,
    readonly partition: number,
    readonly count: number,
    private readonly codecId: number,
    private readonly timestamp: number,
    private readonly payload: Buffer,
  ) {}

  /** Size on the wire and in the log, in bytes: what a topic's `max.message.bytes` limits. */
  get bytes(): number {
    return HEADER_BYTES + this.payload.length;
  }

  static async encode(
    topic: string,
    partition: number,
    records: readonly OutgoingRecord[],
    codec: Codec,
    timestamp: number,
  ): Promise<RecordSet> {
    const first = records[0].value?.length ?? 0;
    // A guess from the first record, and no more than that: one large record must not be multiplied. The writer grows.
    const writer = new RecordWriter(Math.min(records.length * (first + 128), MOST_GUESSED_BYTES));
    for (const record of records) writer.write(record);
    const payload = await codec.compress(writer.take());
    return new RecordSet(topic, partition, records.length, codec.id, timestamp, payload);
  }

  /** The record batch (magic 2) as the Produce request carries it. */
  toBuffer({ producerId, producerEpoch, transactional }: ProducerIdentity): Buffer {
    const buffer = Buffer.allocUnsafe(this.bytes);
    buffer.writeBigInt64BE(0n, 0); // base offset: the broker assigns it
    buffer.writeInt32BE(this.bytes - 12, 8);
    buffer.writeInt32BE(-1, 12); // partition leader epoch: the broker's too
    buffer.writeInt8(MAGIC, 16);
    buffer.writeInt16BE(this.codecId | (transactional ? TRANSACTIONAL : 0), 21);
    buffer.writeInt32BE(this.count - 1, 23);
    buffer.writeBigInt64BE(BigInt(this.timestamp), 27);
    buffer.writeBigInt64BE(BigInt(this.timestamp), 35);
    buffer.writeBigInt64BE(producerId, 43);
    buffer.writeInt16BE(producerEpoch, 51);
    buffer.writeInt32BE(this.firstSequence, 53);
    buffer.writeInt32BE(this.count, 57);
    this.payload.copy(buffer, HEADER_BYTES);
    buffer.writeUInt32BE(crc32c(buffer.subarray(21)), 17);
    return buffer;
  }
}
