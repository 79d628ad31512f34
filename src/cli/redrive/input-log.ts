import type { Kafka } from '../../kafka/kafkajs.js';
import type { Patience } from '../../kafka/patience.js';
import { followTopic } from '../../kafka/topic-follower.js';
import type { RawRecord } from '../../pipeline/raw-record.js';
import type { LogRange } from './topic-ranges.js';

/** Records of the input topic by their position: for what a dead letter is too small to carry. */
export class InputLog {
  /** @param ranges what each partition has */
  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
    private readonly ranges: ReadonlyMap<number, LogRange>,
    private readonly options: { readonly patience: Patience; readonly signal: AbortSignal },
  ) {}

  /** Null: there is none at this position, or not any more. */
  async read(partition: number, offset: number): Promise<RawRecord | null> {
    const { from = 0, end = 0 } = this.ranges.get(partition) ?? {};
    if (offset < from || offset >= end) return null;
    let found: RawRecord | null = null;
    await followTopic(this.kafka, this.topic, {
      ...this.options,
      from: 'beginning',
      ranges: new Map([[partition, { from: offset, end: offset + 1 }]]),
      onRecords: async ([record]) => {
        found = record;
        return false;
      },
      onGap: () => undefined,
    });
    return found;
  }
}
