import kafkajs from 'kafkajs';
import { compress, uncompress } from 'snappy';

/**
 * kafkajs 2.2.4 as it is installed, without the patches of `src/kafka`: nothing here may import from there. It comes
 * without snappy, so every user of it registers one; this is the native one.
 */
const { CompressionCodecs, CompressionTypes, Kafka, logLevel, Partitioners } = kafkajs;

const FRAME = Buffer.from('82534e41505059000000000100000001', 'hex');

CompressionCodecs[CompressionTypes.Snappy] = () => ({
  async compress({ buffer }) {
    const block = await compress(buffer);
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return Buffer.concat([FRAME, length, block]);
  },
  async decompress(buffer) {
    if (!buffer.subarray(0, 8).equals(FRAME.subarray(0, 8))) return uncompress(buffer);
    const blocks = [];
    let rest = buffer.subarray(FRAME.length);
    while (rest.length > 0) {
      const length = rest.readInt32BE(0);
      blocks.push(await uncompress(rest.subarray(4, 4 + length)));
      rest = rest.subarray(4 + length);
    }
    return Buffer.concat(blocks);
  },
});

/**
 * The usual batch loop: one `sendBatch` for what becomes of each batch, then kafkajs commits its offset. Runs until it
 * is told to end.
 *
 * @param work makes of a batch's messages a list of `{ topic, messages }`
 */
export async function runLoop(work) {
  const { KAFKA_BROKERS, KAFKA_GROUP_ID, INPUT_TOPIC } = process.env;
  const kafka = new Kafka({ clientId: 'loop', brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.WARN });
  const consumer = kafka.consumer({ groupId: KAFKA_GROUP_ID });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([consumer.connect(), producer.connect()]);
  await consumer.subscribe({ topic: INPUT_TOPIC, fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: 1_000,
    eachBatch: async ({ batch }) => {
      const topicMessages = work(batch).filter(({ messages }) => messages.length > 0);
      await producer.sendBatch({ acks: -1, compression: CompressionTypes.Snappy, topicMessages });
    },
  });
  process.once('SIGTERM', async () => {
    await consumer.disconnect();
    await producer.disconnect();
    process.exit(0);
  });
}
