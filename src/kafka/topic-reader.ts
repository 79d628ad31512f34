import { randomUUID } from 'node:crypto';
import type { RawRecord } from '../pipeline/raw-record.js';
import type { ConsumerEndBatchProcessEvent } from 'kafkajs';
import type { Kafka } from './kafkajs.js';

export interface ReadOptions {
  /** Called for each record; records of a partition come in order. */
  readonly onRecord: (record: RawRecord, partition: number) => void;
  /** Reads also what was never committed. Default false. */
  readonly uncommitted?: boolean;
}

/**
 * Reads a topic from its beginning up to the end that it has now, then resolves. Committed records only, unless told
 * otherwise: then it waits for transactions that are open. Uses a consumer group of its own and removes it.
 */
export async function readTopic(kafka: Kafka, topic: string, options: ReadOptions): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `login-stream-reader-${randomUUID()}`;
  const consumer = kafka.consumer({
    groupId,
    readUncommitted: options.uncommitted ?? false,
    maxWaitTimeInMs: 100,
    sessionTimeout: 30_000,
  });
  try {
    const unread = new Map<number, number>();
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (Number(high) > Number(low)) unread.set(partition, Number(high));
    if (unread.size === 0) return;
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      // Also told of batches that hold nothing but transaction markers and aborted records.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }: ConsumerEndBatchProcessEvent) => {
        if (Number(payload.lastOffset) + 1 >= (unread.get(payload.partition) ?? Infinity))
          unread.delete(payload.partition);
        if (unread.size === 0) resolve();
      });
      consumer
        .run({
          autoCommit: false,
          partitionsConsumedConcurrently: unread.size,
          eachBatch: async ({ batch }) => {
            const end = unread.get(batch.partition) ?? 0;
            for (const message of batch.messages)
              if (Number(message.offset) < end) options.onRecord(message, batch.partition);
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}
