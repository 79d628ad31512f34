import { hideAbortedRecords } from './aborted-records.js';
import { rememberCoordinators, retryConcurrentTransactions } from './coordinators.js';
import {
  Broker,
  EncoderClass,
  RequestQueue,
  requests,
  TRANSACTION_CALLS,
  VERSION,
} from './kafkajs-internals.js';
import type { Encoder, ProduceArguments } from './kafkajs-internals.js';
import { fetchWithoutWaste } from './fetch-patch.js';
import { RecordSet } from './record-set.js';

/**
 * Everything that we change in kafkajs, which is no longer maintained. Each patch names the fault and the test
 * that fails when it is missing or when kafkajs changes under it.
 */
const PATCHED_VERSION = '2.2.4';
const PATCHED = Symbol.for('login-stream.kafkajs-patched');

export function patchKafkaJs(): void {
  if (VERSION !== PATCHED_VERSION)
    throw new Error(`kafkajs is ${VERSION}, but its patches are for ${PATCHED_VERSION}: check each of them`);
  const broker = Broker.prototype as { [PATCHED]?: true };
  if (broker[PATCHED]) return;
  broker[PATCHED] = true;
  stopIdleTimerLoop();
  produceEncodedRecordSets();
  fetchWithoutWaste();
  readCommittedOnly();
  askForTheLogEnd();
  rememberCoordinators();
  TRANSACTION_CALLS.forEach(retryConcurrentTransactions);
}

/**
 * Fault: every connection re-arms a timer of about 1 ms for ever, also when nothing waits (3.4 % of a core each).
 * A check is needed only while requests are pending. Test: idle-connection.spec.ts.
 */
function stopIdleTimerLoop(): void {
  const queue = RequestQueue.prototype;
  const schedule = queue.scheduleCheckPendingRequests;
  queue.scheduleCheckPendingRequests = function (this: typeof queue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}

/** What stands in a topic's `messages` in place of records that are encoded already. */
export interface EncodedMessage {
  readonly partition: number;
  readonly value: null;
  readonly recordSet: RecordSet;
}

/**
 * Faults: grouping copies the list of a partition once per record, each record costs a dozen objects, a null header
 * value throws, and a repeated send takes new sequence numbers. A message that carries a `RecordSet` is written as it
 * is, with the sequence that its sender gave it. Tests: record-set.spec.ts, codecs.spec.ts.
 */
function produceEncodedRecordSets(): void {
  const definition = requests.Produce;
  const original = definition.protocol;
  definition.protocol = (options) => {
    const protocol = original(options);
    return (args) => {
      const call = protocol(args);
      const first = args.topicData[0]?.partitions[0]?.messages[0];
      if (isEncoded(first)) call.request.encode = async () => encodeProduce(args);
      return call;
    };
  };
}

const isEncoded = (message: unknown): message is EncodedMessage =>
  (message as Partial<EncodedMessage> | undefined)?.recordSet instanceof RecordSet;

/** Produce request, versions 3 to 7. */
function encodeProduce(args: ProduceArguments): Encoder {
  const identity = {
    producerId: BigInt(args.producerId),
    producerEpoch: args.producerEpoch,
    transactional: Boolean(args.transactionalId),
  };
  const encoder = new EncoderClass()
    .writeString(args.transactionalId ?? null)
    .writeInt16(args.acks)
    .writeInt32(args.timeout)
    .writeInt32(args.topicData.length);
  for (const { topic, partitions } of args.topicData) {
    encoder.writeString(topic).writeInt32(partitions.length);
    for (const { partition, messages } of partitions) {
      if (messages.length !== 1 || !isEncoded(messages[0]))
        throw new Error(`Not one record set for ${topic}-${partition}`);
      encoder.writeInt32(partition).writeBytes(messages[0].recordSet.toBuffer(identity));
    }
  }
  return encoder;
}

const READ_UNCOMMITTED = 0;

/**
 * Fault: the end of a partition is asked for as by a `read_committed` reader, so that it lies before what was committed a
 * moment ago. Whoever reads "up to the end" leaves that out, and lag is too small. Test: topic-reader.spec.ts.
 */
function askForTheLogEnd(): void {
  const listOffsets = Broker.prototype.listOffsets;
  Broker.prototype.listOffsets = function (this: unknown, request: object) {
    return listOffsets.call(this, { ...request, isolationLevel: READ_UNCOMMITTED });
  };
}

/**
 * Fault: a `read_committed` consumer hands out aborted records when several transactions were aborted, because it takes
 * the broker's list of them for one in order of their beginning; it also takes any record with a key of a certain form for
 * an abort marker, and fails on keys shorter than four bytes. Test: aborted-records.spec.ts.
 */
function readCommittedOnly(): void {
  const fetch = Broker.prototype.fetch;
  Broker.prototype.fetch = async function (this: unknown, request: object) {
    const response = await fetch.call(this, request);
    for (const { partitions } of response.responses) partitions.forEach(hideAbortedRecords);
    return response;
  };
}
