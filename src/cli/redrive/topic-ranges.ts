import type { Kafka } from '../../kafka/kafkajs.js';
import { MissingTopic } from '../../kafka/missing-topic.error.js';

/** Offsets of a partition: from `from` up to, not including, `end`. */
export interface LogRange {
  readonly from: number;
  readonly end: number;
}

/** What the partitions of a topic have now. @throws MissingTopic */
export async function topicRanges(kafka: Kafka, topic: string): Promise<ReadonlyMap<number, LogRange>> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    if (!(await admin.listTopics()).includes(topic)) throw new MissingTopic(topic);
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets
        .sort((a, b) => a.partition - b.partition)
        .map(({ partition, low, high }) => [partition, { from: Number(low), end: Number(high) }]),
    );
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
