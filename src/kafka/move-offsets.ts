import type { Admin, Kafka } from './kafkajs.js';
import { readingCluster } from './reading-cluster.js';

const METADATA_MAX_AGE_MS = 30_000;
/** A commit from outside, which a coordinator takes only while the group is empty. */
const OUTSIDE = { groupGenerationId: -1, memberId: '' } as const;

/** An offset that a group has committed, with what it has noted beside. */
export interface CommittedOffset {
  readonly partition: number;
  readonly offset: string;
  readonly metadata: string | null;
}

/** Where the group would stand at the first record that each partition still has. Partitions without an offset stay without one. */
export async function offsetsAtBeginning(
  admin: Admin,
  groupId: string,
  topic: string,
): Promise<readonly CommittedOffset[]> {
  const [committed, logs] = await Promise.all([
    admin.fetchOffsets({ groupId, topics: [topic] }),
    admin.fetchTopicOffsets(topic),
  ]);
  const starts = new Map(logs.map(({ partition, low }) => [partition, low]));
  return committed.flatMap(({ partitions }) =>
    partitions.flatMap(({ partition, offset, metadata }) => {
      const start = starts.get(partition);
      return Number(offset) < 0 || start === undefined ? [] : [{ partition, offset: start, metadata }];
    }),
  );
}

/**
 * Commits the offsets for the group, with what it has noted: the number of its last summary is there, and must not go back.
 *
 * @throws an error of type `UNKNOWN_MEMBER_ID` when the group has members
 */
export async function moveOffsets(
  kafka: Kafka,
  groupId: string,
  topic: string,
  offsets: readonly CommittedOffset[],
): Promise<void> {
  if (offsets.length === 0) return;
  const cluster = readingCluster(kafka, METADATA_MAX_AGE_MS);
  try {
    await cluster.connect();
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    await coordinator.offsetCommit({ groupId, ...OUTSIDE, topics: [{ topic, partitions: offsets }] });
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}
