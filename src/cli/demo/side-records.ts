import type { Kafka } from '../../kafka/kafkajs.js';
import { readTopic } from '../../kafka/topic-reader.js';

/** Records of a topic that holds no outcomes: summaries, metrics. */
export interface SideRecords {
  readonly topic: string;
  readonly count: number;
  /** The last record of each shape: of each list of fields. */
  readonly samples: readonly string[];
}

/** Reads the topics as a `read_committed` reader sees them. */
export function readSideRecords(kafka: Kafka, topics: readonly string[]): Promise<SideRecords[]> {
  return Promise.all(
    topics.map(async (topic) => {
      let count = 0;
      const samples = new Map<string, string>();
      await readTopic(kafka, topic, {
        onRecord: ({ value }) => {
          count++;
          samples.set(Object.keys(JSON.parse(String(value)) as object).join(), String(value));
        },
      });
      return { topic, count, samples: [...samples.values()] };
    }),
  );
}
