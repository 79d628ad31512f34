import type { Codec } from '../../kafka/codecs.js';
import type { OutgoingRecord } from '../../kafka/outgoing-record.js';
import { encodeRounds } from '../../kafka/record-rounds.js';
import { RecordSet } from '../../kafka/record-set.js';
import type { TopicFacts } from '../../kafka/topic-catalog.js';
import type { SendStep } from './step.js';

/** What is known of the input topic, and how its records are compressed. */
export interface Target {
  readonly topic: string;
  readonly facts: TopicFacts;
  readonly codec: Codec;
}

/** What a record set takes besides its records, generously. */
const SET_BYTES = 100;

/** Whether the topic takes a record: as it is, or when it is compressed. */
export async function takes(
  { topic, facts, codec }: Target,
  record: OutgoingRecord,
  bytes: number,
): Promise<boolean> {
  if (bytes + SET_BYTES <= facts.maxMessageBytes) return true;
  const alone = await RecordSet.encode(topic, 0, [record], codec, 0);
  return alone.bytes <= facts.maxMessageBytes;
}

/**
 * Encodes records into requests. A record with a key goes where Kafka's own clients would send it, so that those of one key
 * stay together also where partitions were added; one without goes to the partition that it came from.
 *
 * @param shrink share of what the topic takes that a record set may use
 */
export async function encodeRedriven(
  steps: readonly SendStep[],
  target: Target,
  shrink: number,
): Promise<RecordSet[][]> {
  const { topic, facts, codec } = target;
  const keyed: OutgoingRecord[] = [];
  const keyless = new Map<number, OutgoingRecord[]>();
  for (const { record, keylessPartition } of steps) {
    const partition = keylessPartition % facts.partitions;
    if (record.key !== null) keyed.push(record);
    else if (keyless.has(partition)) keyless.get(partition)!.push(record);
    else keyless.set(partition, [record]);
  }
  const encode = (records: readonly OutgoingRecord[], partition: number) =>
    encodeRounds([{ topic, records }], () => facts, codec, partition, shrink);
  const groups = [
    ...(keyed.length === 0 ? [] : [encode(keyed, 0)]),
    ...[...keyless].map(([partition, its]) => encode(its, partition)),
  ];
  return (await Promise.all(groups)).flat();
}
