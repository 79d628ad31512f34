import type { Codec } from './codecs.js';
import type { OutgoingRecord, TopicRecords } from './outgoing-record.js';
import { partitionForKey } from './murmur2.js';
import { RecordSet } from './record-set.js';
import type { TopicFacts } from './topic-catalog.js';

/**
 * Encodes the records of a batch into requests: each round has at most one record set per topic partition, and no
 * record set is larger than its topic takes. Nearly always there is one round.
 *
 * @param keyless partition (before the modulo) for records without a key
 * @param shrink share of what its topic takes that a record set may use
 */
export async function encodeRounds(
  topics: readonly TopicRecords[],
  factsOf: (topic: string) => TopicFacts,
  codec: Codec,
  keyless: number,
  shrink = 1,
): Promise<RecordSet[][]> {
  const timestamp = Date.now();
  const sets = [...byTopic(topics)].flatMap(([topic, records]) => {
    const { partitions, maxMessageBytes } = factsOf(topic);
    return [...byPartition(records, partitions, keyless)].map(([partition, group]) =>
      encodeWithin(maxMessageBytes * shrink, group, (part) =>
        RecordSet.encode(topic, partition, part, codec, timestamp),
      ),
    );
  });
  const rounds: RecordSet[][] = [];
  for (const chunks of await Promise.all(sets))
    chunks.forEach((chunk, round) => (rounds[round] ??= []).push(chunk));
  return rounds;
}

/** Different records may go to one topic, and must not be in one round apart from each other. */
function byTopic(topics: readonly TopicRecords[]): ReadonlyMap<string, readonly OutgoingRecord[]> {
  const all = new Map<string, readonly OutgoingRecord[]>();
  for (const { topic, records } of topics) {
    const before = all.get(topic);
    all.set(topic, before === undefined ? records : [...before, ...records]);
  }
  return all;
}

function byPartition(
  records: readonly OutgoingRecord[],
  partitions: number,
  keyless: number,
): Map<number, OutgoingRecord[]> {
  const groups = new Map<number, OutgoingRecord[]>();
  for (const record of records) {
    const partition = record.key === null ? keyless % partitions : partitionForKey(record.key, partitions);
    const group = groups.get(partition);
    if (group === undefined) groups.set(partition, [record]);
    else group.push(record);
  }
  return groups;
}

/** Halves the records until each part fits. A single record is as large as it is: that was checked when it was made. */
async function encodeWithin(
  limit: number,
  records: readonly OutgoingRecord[],
  encode: (records: readonly OutgoingRecord[]) => Promise<RecordSet>,
): Promise<RecordSet[]> {
  const whole = await encode(records);
  if (whole.bytes <= limit || records.length === 1) return [whole];
  const middle = records.length >>> 1;
  return [
    ...(await encodeWithin(limit, records.slice(0, middle), encode)),
    ...(await encodeWithin(limit, records.slice(middle), encode)),
  ];
}
