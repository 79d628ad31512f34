import { setTimeout as sleep } from 'node:timers/promises';
import { readTopic } from '../dist/kafka/topic-reader.js';

/** What the service gives its error topic: the default input limit, four times. */
const ERROR_TOPIC_BYTES = String(4 * 1024 * 1024);

const CREATE_TIMEOUT_MS = 30_000;

/** The topics of one run: the input, and outputs of its own. */
export const topicsOf = (input, name) => ({
  input,
  output: `${name}-output`,
  filtered: `${name}-filtered`,
  error: `${name}-error`,
});

export const outputsOf = ({ output, filtered, error }) => [output, filtered, error];

export async function createTopics(admin, topics, numPartitions) {
  const configEntries = [{ name: 'max.message.bytes', value: ERROR_TOPIC_BYTES }];
  await admin.createTopics({
    // kafkajs's own way of waiting throws when a busy broker does not know the new topic yet.
    waitForLeaders: false,
    topics: topics.map((topic) => ({ topic, numPartitions, replicationFactor: 1, configEntries })),
  });
  const deadline = performance.now() + CREATE_TIMEOUT_MS;
  while (!(await haveLeaders(admin, topics))) {
    if (performance.now() > deadline) throw new Error(`Topics have no leaders: ${topics.join(', ')}`);
    await sleep(50);
  }
}

async function haveLeaders(admin, topics) {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics });
    return metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  } catch (error) {
    if (error.retriable) return false;
    throw error;
  }
}

/** Records that a group has settled, by its committed offsets: topics start at offset 0. */
export async function settled(admin, groupId, topic) {
  try {
    const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  } catch (error) {
    // A new group has no coordinator yet: nothing has been settled that we know of.
    if (error.retriable) return 0;
    throw error;
  }
}

/** How many committed records there are in each output topic: read, not computed from offsets, which have gaps. */
export async function countOutputs(kafka, topics) {
  const counts = { output: 0, filtered: 0, error: 0 };
  for (const name of Object.keys(counts))
    await readTopic(kafka, topics[name], { onRecord: () => counts[name]++ });
  return counts;
}

/** Are there as many as there must be: every record once, and the bad ones, no more and no less, in the error topic? */
export function isComplete({ output, filtered, error }, { judges }, { messages, bad }) {
  if (!judges) return output === messages && filtered + error === 0;
  return output + filtered + error === messages && error === bad;
}
