import type { Settings } from '../../config/settings.js';
import { CODECS } from '../../kafka/codecs.js';
import type { Kafka } from '../../kafka/kafkajs.js';
import { MissingTopic } from '../../kafka/missing-topic.error.js';
import { describeTopic } from '../../kafka/topic-catalog.js';
import type { Target } from './redriven-rounds.js';
import { readProgress } from './run-progress.js';
import type { Progress } from './run-progress.js';
import { topicRanges } from './topic-ranges.js';
import type { LogRange } from './topic-ranges.js';

/** What a redrive has to know of the cluster, as of its start. */
export interface ClusterView {
  readonly target: Target;
  readonly errorLog: ReadonlyMap<number, LogRange>;
  readonly inputLog: ReadonlyMap<number, LogRange>;
  readonly progress: Progress;
}

/**
 * Looks, and changes nothing.
 *
 * @param groupId of the run; null: its progress does not count
 * @throws MissingTopic
 */
export async function viewCluster(
  kafka: Kafka,
  settings: Settings,
  groupId: string | null,
): Promise<ClusterView> {
  const { input: topic, error } = settings.topic;
  const inputLog = await topicRanges(kafka, topic);
  const errorLog = await topicRanges(kafka, error);
  const progress: Progress = groupId === null ? new Map() : await readProgress(kafka, groupId, error);
  const admin = kafka.admin();
  try {
    await admin.connect();
    const facts = await describeTopic(admin, topic);
    if (facts === null) throw new MissingTopic(topic);
    const codec = CODECS[settings.delivery.compression];
    return { target: { topic, facts, codec }, errorLog, inputLog, progress };
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
