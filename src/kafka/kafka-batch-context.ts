import { BaseRpcContext } from '@nestjs/microservices';
import type { EachBatchPayload } from 'kafkajs';
import type { BatchLease } from '../pipeline/batch-lease.js';
import type { PartitionPauses } from './partition-pauses.js';

/** What a `@EventPattern` handler gets beside the batch: where the records are from, and the right to work on them. */
export class KafkaBatchContext extends BaseRpcContext<[EachBatchPayload]> implements BatchLease {
  readonly endOffset: number;
  readonly highWatermark: number;
  private heldBackFrom: number | null = null;

  constructor(
    private readonly payload: EachBatchPayload,
    readonly epoch: number,
    private readonly pauses: Pick<PartitionPauses, 'hold'>,
    private readonly assertCurrent: () => unknown = () => undefined,
  ) {
    super([payload]);
    this.endOffset = Number(payload.batch.lastOffset()) + 1;
    this.highWatermark = Number(payload.batch.highWatermark);
  }

  /** Offset from which on the batch was held back; null when it was not. */
  get pausedAt(): number | null {
    return this.heldBackFrom;
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

  /** @throws also when kafkajs has joined the group again meanwhile, and the batch has to end for that */
  async heartbeat(): Promise<void> {
    this.assertCurrent();
    await this.payload.heartbeat();
  }

  /** The consumer goes on from its offset, which is not moved, so that the same records come again. */
  pause(from: number): void {
    this.heldBackFrom = from;
    this.payload.pause();
    this.pauses.hold(this.getPartition());
  }

  async commit(offset: number, metadata: string): Promise<void> {
    const { topic, partition } = this.payload.batch;
    const partitions = [{ partition, offset: String(offset), metadata }];
    await this.payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions }] });
  }
}
