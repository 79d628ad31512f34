import type { Kafka } from '../../kafka/kafkajs.js';
import type { Patience } from '../../kafka/patience.js';
import { followTopic } from '../../kafka/topic-follower.js';
import type { EditedValues } from './edited-values.js';
import type { Progress } from './run-progress.js';
import type { LogRange } from './topic-ranges.js';

/**
 * The positions that values are given for and at which there is no record.
 *
 * @param ranges in which to look
 * @param progress what the run has dealt with may have been deleted since
 */
export async function missingPositions(
  kafka: Kafka,
  topic: string,
  edited: EditedValues,
  ranges: ReadonlyMap<number, LogRange>,
  progress: Progress,
  options: { readonly patience: Patience; readonly signal: AbortSignal },
): Promise<string[]> {
  const found = new Set<string>();
  await followTopic(kafka, topic, {
    ...options,
    from: 'beginning',
    ranges,
    onRecords: async (records, partition) => {
      for (const { offset } of records) found.add(`${partition}:${offset}`);
      return true;
    },
    onGap: () => undefined,
  });
  options.signal.throwIfAborted();
  return edited
    .positions()
    .filter(({ partition, offset }) => offset >= (progress.get(partition)?.offset ?? 0))
    .map(({ partition, offset }) => `${partition}:${offset}`)
    .filter((position) => !found.has(position));
}
