import type { Kafka } from '../../kafka/kafkajs.js';
import { readTopic } from '../../kafka/topic-reader.js';
import { readSideRecords } from './side-records.js';
import type { SideRecords } from './side-records.js';

export interface AccountTopics {
  readonly input: string;
  readonly output: string;
  readonly filtered: string;
  readonly error: string;
  /** Empty: off. */
  readonly summary: string;
  readonly metrics: string;
}

/** What was produced and what came out, read back from the topics as a `read_committed` reader sees them. */
export interface Account {
  readonly produced: number;
  readonly processed: number;
  readonly filtered: ReadonlyMap<string, number>;
  readonly errors: ReadonlyMap<string, number>;
  readonly lag: number;
  /** One processed record, to look at. */
  readonly sample: string | null;
  /** Of the topics of summaries and of metrics. */
  readonly sides: readonly SideRecords[];
}

export async function readAccount(
  kafka: Kafka,
  groupId: string,
  topics: AccountTopics,
  produced: number,
): Promise<Account> {
  let processed = 0;
  let sample: string | null = null;
  const filtered = new Map<string, number>();
  const errors = new Map<string, number>();
  await readTopic(kafka, topics.output, {
    onRecord: ({ value }) => {
      processed++;
      sample ??= String(value);
    },
  });
  await readTopic(kafka, topics.filtered, {
    onRecord: ({ value }) => countBy(filtered, value, 'clean_type'),
  });
  await readTopic(kafka, topics.error, { onRecord: ({ value }) => countBy(errors, value, 'error_type') });
  const sides = await readSideRecords(
    kafka,
    [topics.summary, topics.metrics].filter((topic) => topic !== ''),
  );
  const lag = await groupLag(kafka, groupId, topics.input);
  return { produced, processed, filtered, errors, lag, sample, sides };
}

/** Records of the input that the group has not committed yet. */
export async function groupLag(kafka: Kafka, groupId: string, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const committed = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return ends.reduce(
      (lag, { partition, high, low }) =>
        lag + Number(high) - Math.max(Number(low), committed.get(partition) ?? 0),
      0,
    );
  } finally {
    await admin.disconnect();
  }
}

export const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);

/** Does every record that was produced have its one outcome? */
export const isBalanced = (account: Account): boolean =>
  account.lag === 0 && account.produced === account.processed + sum(account.filtered) + sum(account.errors);

function countBy(counts: Map<string, number>, value: Buffer | null, field: string): void {
  const record = JSON.parse(String(value)) as Record<string, unknown>;
  const key = String(record[field]);
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
