import { BaseRpcContext } from '@nestjs/microservices';
import type { EachBatchPayload } from 'kafkajs';
import type { BatchLease } from '../pipeline/batch-lease.js';

/** What a `@EventPattern` handler gets beside the batch: where the records are from, and the right to work on them. */
export class KafkaBatchContext extends BaseRpcContext<[EachBatchPayload]> implements BatchLease {
  readonly endOffset: number;
  readonly highWatermark: number;

  constructor(
    private readonly payload: EachBatchPayload,
    readonly epoch: number,
  ) {
    super([payload]);
    this.endOffset = Number(payload.batch.lastOffset()) + 1;
    this.highWatermark = Number(payload.batch.highWatermark);
  }

  getTopic(): string {
    return this.payload.batch.topic;
  }

  getPartition(): number {
    return this.payload.batch.partition;
  }

  isRunning(): boolean {
    return this.payload.isRunning();
  }

  heartbeat(): Promise<void> {
    return this.payload.heartbeat();
  }

  async commit(offset: number, metadata: string): Promise<void> {
    const { topic, partition } = this.payload.batch;
    const partitions = [{ partition, offset: String(offset), metadata }];
    await this.payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions }] });
  }
}
