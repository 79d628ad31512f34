import { isSameRecord, markOfRecord } from '../analytics/record-mark.js';
import type { RecordMark } from '../analytics/record-mark.js';
import { asItArrived } from '../ingest/arrival.js';
import type { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import type { ClusterAdmin } from '../kafka/cluster-admin.js';
import type { OffsetRange } from '../kafka/log-reader.js';
import type { RawRecord } from '../pipeline/raw-record.js';
import type { Generation, PartitionFacts } from './recovery-plan.js';

export interface FactsSource {
  readonly topic: string;
  readonly client: Pick<BatchKafkaClient, 'fence'>;
  readonly admin: Pick<ClusterAdmin, 'run'>;
  /** Told, for each partition, the number of the last summary that was committed with it; 0 for none. */
  readonly onSummary: (sequence: number) => void;
  /** Reads the only record of a range; undefined when it is gone. */
  readonly readOne: (partition: number, range: OffsetRange) => Promise<RawRecord | undefined>;
}

/** How many producers are opened at once: each is a connection or two. */
const AT_ONCE = 8;

/**
 * Asks the cluster how far each partition of the input is committed, once no earlier owner can commit anything any more, what its
 * log still has, and whether it is the log that state knows.
 */
export async function partitionFacts(
  { topic, client, admin, onSummary, readOne }: FactsSource,
  generations: readonly Generation[],
): Promise<Map<number, PartitionFacts>> {
  const offsets = await admin.run((connection) => connection.fetchTopicOffsets(topic));
  const marks = latestMarks(generations);
  const facts = new Map<number, PartitionFacts>();
  for (let start = 0; start < offsets.length; start += AT_ONCE)
    await Promise.all(
      offsets.slice(start, start + AT_ONCE).map(async ({ partition, low, high }) => {
        const fenced = await client.fence(partition);
        onSummary(fenced?.summary ?? 0);
        const committed = fenced?.offset ?? null;
        const [logStart, logEnd] = [Number(low), Number(high)];
        const mark = marks.get(partition);
        const isThere = mark !== undefined && logStart <= mark.offset && mark.offset < logEnd;
        const record = isThere
          ? await readOne(partition, { from: mark.offset, end: mark.offset + 1 })
          : undefined;
        const isAnother = record !== undefined && !isSameRecord(markOfRecord(asItArrived(record)), mark!);
        facts.set(partition, { committed, logStart, logEnd, isAnother });
      }),
    );
  return new Map([...facts].sort(([a], [b]) => a - b));
}

/** The last record of each partition that state knows of. */
function latestMarks(generations: readonly Generation[]): ReadonlyMap<number, RecordMark> {
  const [newest] = generations;
  const marks = new Map<number, RecordMark>();
  if (newest === undefined) return marks;
  for (const [partition, { last }] of newest.positions) if (last !== null) marks.set(partition, last);
  for (const entry of newest.entries)
    if (entry.kind === 'batch') marks.set(entry.partition, entry.last);
    else if (entry.kind === 'reset') marks.delete(entry.partition);
  return marks;
}
