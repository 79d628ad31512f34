import { ConfigResourceTypes } from './kafkajs.js';
import type { Admin } from './kafkajs.js';

export interface TopicFacts {
  readonly partitions: number;
  /** Largest record batch that the topic takes, in bytes. */
  readonly maxMessageBytes: number;
}

/** Bytes; of brokers that are not told otherwise. */
export const BROKER_DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

/** What the brokers say about topics: partitions, and the size that they accept. Null for a topic that is not there. */
export async function describeTopic(admin: Admin, topic: string): Promise<TopicFacts | null> {
  const existing = await admin.listTopics();
  if (!existing.includes(topic)) return null;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return { partitions: topics[0].partitions.length, maxMessageBytes: await maxMessageBytes(admin, topic) };
}

/** A principal that may write may still not describe configurations: then the broker's own default is assumed. */
async function maxMessageBytes(admin: Admin, topic: string): Promise<number> {
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: ['max.message.bytes'] }],
    });
    const value = Number(resources[0]?.configEntries[0]?.configValue);
    return Number.isInteger(value) && value > 0 ? value : BROKER_DEFAULT_MAX_MESSAGE_BYTES;
  } catch (error) {
    if (/AUTHORIZATION_FAILED/.test(String((error as { type?: string }).type)))
      return BROKER_DEFAULT_MAX_MESSAGE_BYTES;
    throw error;
  }
}
