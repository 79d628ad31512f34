import type { Kafka } from '../../kafka/kafkajs.js';

/** How far a run has read: by partition of the error topic the next offset, and what was written beside it. */
export type Progress = ReadonlyMap<number, { readonly offset: number; readonly selection: string }>;

/**
 * What a group has committed for a topic; nothing when there is no such group. To ask makes none.
 *
 * After the producer of the run's transactional id was opened it is exact: no transaction of an earlier one is open then.
 */
export async function readProgress(kafka: Kafka, groupId: string, topic: string): Promise<Progress> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return new Map(
      partitions
        .map(({ partition, offset, metadata }) => ({
          partition,
          offset: Number(offset),
          selection: metadata ?? '',
        }))
        .filter(({ offset }) => offset >= 0)
        .map(({ partition, ...committed }) => [partition, committed]),
    );
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Makes the group forget all. Once it is done there is no group, as if the run had never been. */
export async function forgetProgress(kafka: Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch (error) {
    if (!isUnknownGroup(error)) throw error;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** The library gathers the answers for the groups of a call in one error. */
const isUnknownGroup = (error: unknown): boolean => {
  const { groups = [] } = error as { groups?: readonly { readonly error?: { readonly type?: string } }[] };
  return groups.length > 0 && groups.every((group) => group.error?.type === 'GROUP_ID_NOT_FOUND');
};
