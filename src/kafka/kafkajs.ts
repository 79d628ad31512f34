import kafkajs from 'kafkajs';
import { CODECS } from './codecs.js';
import { patchKafkaJs } from './kafkajs-patches.js';

/** kafkajs as we use it: patched, and able to read every codec (an unknown one would stop the consumer). */
patchKafkaJs();

const decoder = (codec: (typeof CODECS)['snappy']) => () => ({
  compress: ({ buffer }: { buffer: Buffer }) => codec.compress(buffer),
  decompress: (buffer: Buffer) => codec.decompress(buffer),
});

const { CompressionCodecs, CompressionTypes } = kafkajs;
CompressionCodecs[CompressionTypes.Snappy] = decoder(CODECS.snappy);
CompressionCodecs[CompressionTypes.LZ4] = decoder(CODECS.lz4);
CompressionCodecs[CompressionTypes.ZSTD] = decoder(CODECS.zstd);

export const Kafka = kafkajs.Kafka;
export type Kafka = InstanceType<typeof kafkajs.Kafka>;
export const { ConfigResourceTypes, KafkaJSProtocolError, logLevel, Partitioners } = kafkajs;
export type { Admin, Consumer, EachBatchPayload, Message, Producer, Transaction } from 'kafkajs';
