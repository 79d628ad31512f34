import type { FetchedRecord } from './fetched-records.js';
import type { Kafka } from './kafkajs.js';

/** What a broker answers for one partition to a fetch. */
export interface FetchedPartition {
  readonly partition: number;
  /** Offset behind the last record that a `read_committed` reader may see now. */
  readonly lastStableOffset: string;
  readonly highWatermark: string;
  readonly messages: readonly FetchedRecord[];
}

interface FetchRequest {
  readonly isolationLevel: number;
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }[];
}

interface OffsetRequest {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number }[];
  readonly fromBeginning: boolean;
}

interface OffsetCommitRequest {
  readonly groupId: string;
  readonly groupGenerationId: number;
  readonly memberId: string;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { partition: number; offset: string; metadata: string | null }[];
  }[];
}

/**
 * The connections of a kafkajs client as its consumers use them, for reading without a consumer group, which kafkajs
 * does not offer. Depends on the inner shape of kafkajs 2.2.4. Test: topic-follower.spec.ts.
 */
export interface ReadingCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** @throws when the topic does not exist */
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  /** Partitions by the id of the broker that leads them. */
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, readonly number[]>;
  findBroker(by: { readonly nodeId: string }): Promise<{
    fetch(
      request: FetchRequest,
    ): Promise<{ readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] }>;
  }>;
  findGroupCoordinator(by: { readonly groupId: string }): Promise<{
    leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
    offsetCommit(request: OffsetCommitRequest): Promise<unknown>;
  }>;
  fetchTopicsOffset(
    requests: readonly OffsetRequest[],
  ): Promise<readonly { readonly partitions: readonly { partition: number; offset: string }[] }[]>;
}

type Create = (options: { metadataMaxAge: number; allowAutoTopicCreation: boolean }) => ReadingCluster;

const CREATE_CLUSTER = 'private:Kafka:createCluster';

/** @param metadataMaxAge after how many milliseconds leaders and partitions are looked up again */
export function readingCluster(kafka: Kafka, metadataMaxAge: number): ReadingCluster {
  const name = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  if (name === undefined) throw new Error('kafkajs has changed: its clients make no clusters');
  const create = (kafka as unknown as Record<symbol, Create>)[name];
  return create.call(kafka, { metadataMaxAge, allowAutoTopicCreation: false });
}
