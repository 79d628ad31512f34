import { decodeRecordBatches } from './fetched-records.js';
import { compression, DecoderClass, requests } from './kafkajs-internals.js';
import type { FetchDecoder } from './kafkajs-internals.js';

/** Brokers since 2.3 answer in it. */
const FETCH_VERSION = 11;

/**
 * Faults: a record's headers are gathered by copying the object for each of them, so that one record of 117 kB with
 * 16,000 headers blocks the process for a minute; a header named like a member of `Object.prototype` gets that member as
 * its first value; a record batch of very many records overflows the stack; and each record costs about ten objects and
 * four 64-bit integers. Answers of brokers before 2.3 are still decoded by kafkajs. Test: fetched-records.spec.ts.
 */
export function fetchWithoutWaste(): void {
  const definition = requests.Fetch;
  const original = definition.protocol;
  definition.protocol = (options) => {
    const protocol = original(options);
    if (options.version !== FETCH_VERSION) return protocol;
    return (args) => {
      const call = protocol(args);
      const { decode, parse } = call.response;
      call.response = { parse, decode: async (data) => (await decodeFetch(data)) ?? decode(data) };
      return call;
    };
  };
}

/** Fetch response, version 11. Null if there are records of an old format. */
async function decodeFetch(data: Buffer): Promise<unknown> {
  const decoder = new DecoderClass(data);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = [];
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topicName = decoder.readString();
    const partitions = [];
    for (let count = decoder.readInt32(); count > 0; count--) {
      const partition = await decodePartition(decoder);
      if (partition.messages === null) return null;
      partitions.push(partition);
    }
    responses.push({ topicName, partitions });
  }
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodePartition(decoder: FetchDecoder) {
  const header = {
    partition: decoder.readInt32(),
    errorCode: decoder.readInt16(),
    highWatermark: String(decoder.readInt64()),
    lastStableOffset: String(decoder.readInt64()),
    lastStartOffset: String(decoder.readInt64()),
    abortedTransactions: [] as object[],
  };
  for (let aborted = decoder.readInt32(); aborted > 0; aborted--)
    header.abortedTransactions.push({
      producerId: String(decoder.readInt64()),
      firstOffset: String(decoder.readInt64()),
    });
  const preferredReadReplica = decoder.readInt32();
  const data = decoder.readBytes() ?? Buffer.alloc(0);
  const messages = await decodeRecordBatches(data, (codec, bytes) =>
    compression.Codecs[codec]().decompress(bytes),
  );
  return { ...header, preferredReadReplica, messages };
}
