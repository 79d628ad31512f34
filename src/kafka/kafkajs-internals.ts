import { createRequire } from 'node:module';
import type { FetchedPartition } from './aborted-records.js';

/**
 * The parts of kafkajs 2.2.4 that its package does not export and our patches touch. Everything that depends on
 * kafkajs's inner shape is typed here and used only in `kafkajs-patches.ts` and `record-set.ts`.
 */
const internal = createRequire(import.meta.url);

export interface ProduceArguments {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  readonly producerId: string | number | bigint;
  readonly producerEpoch: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly unknown[] }[];
  }[];
}

export interface Encoder {
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeString(value: string | null): Encoder;
  writeBytes(value: Buffer): Encoder;
}

interface ProtocolRequest {
  encode(): Promise<Encoder>;
}
export interface ProtocolCall {
  request: ProtocolRequest;
  response: unknown;
}

interface RequestDefinition {
  protocol(options: { version: number }): (args: ProduceArguments) => ProtocolCall;
}

export interface FetchDecoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint;
  readString(): string;
  readBytes(): Buffer | null;
}

interface FetchCall {
  response: { decode(data: Buffer): Promise<unknown>; parse(data: unknown): Promise<unknown> };
}

interface FetchDefinition {
  protocol(options: { version: number }): (args: object) => FetchCall;
}

interface RequestQueuePrototype {
  pending: unknown[];
  scheduleCheckPendingRequests(): void;
}

interface FetchResponse {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

type TransactionCall = (request: object) => Promise<unknown>;
/** Requests to a coordinator on behalf of a transactional producer. */
export const TRANSACTION_CALLS = [
  'initProducerId',
  'addPartitionsToTxn',
  'addOffsetsToTxn',
  'txnOffsetCommit',
  'endTxn',
] as const;
export type TransactionCallName = (typeof TRANSACTION_CALLS)[number];

export interface CoordinatorRequest {
  readonly groupId: string;
  readonly coordinatorType?: number;
}

/** One client's connections to the cluster: each consumer, producer and admin has one. */
export interface ClusterObject {
  findGroupCoordinator(request: CoordinatorRequest): Promise<{ isConnected(): boolean }>;
}

export const VERSION: string = (internal('kafkajs/package.json') as { version: string }).version;
export const { requests } = internal('kafkajs/src/protocol/requests') as {
  requests: { Produce: RequestDefinition; Fetch: FetchDefinition };
};
export const EncoderClass = internal('kafkajs/src/protocol/encoder') as new () => Encoder;
export const RequestQueue = internal('kafkajs/src/network/requestQueue') as {
  prototype: RequestQueuePrototype;
};
export const Broker = internal('kafkajs/src/broker') as {
  prototype: Record<TransactionCallName, TransactionCall> & {
    fetch(request: object): Promise<FetchResponse>;
    listOffsets(request: object): Promise<unknown>;
  };
};
export const DecoderClass = internal('kafkajs/src/protocol/decoder') as new (data: Buffer) => FetchDecoder;
export const compression = internal('kafkajs/src/protocol/message/compression') as {
  Codecs: Record<number, () => { decompress(data: Buffer): Promise<Buffer> }>;
};
export const Cluster = internal('kafkajs/src/cluster') as { prototype: ClusterObject };
