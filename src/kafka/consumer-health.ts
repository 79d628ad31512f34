import { Injectable } from '@nestjs/common';
import type { BatchLease } from '../pipeline/batch-lease.js';

export interface PartitionProgress {
  /** Next offset to settle; null before the first batch. */
  position: number | null;
  /** Offset behind the last readable record, as of the last fetch. */
  highWatermark: number;
}

/** What the consumer is doing, as told by its own events: no probe joins the group to find out. */
@Injectable()
export class ConsumerHealth {
  readonly partitions = new Map<number, PartitionProgress>();
  /** Epoch milliseconds of the last sign that the consumer's loop goes round. */
  lastProgressAt = Date.now();
  rebalances = 0;
  private member = false;
  private owner = false;
  private onFatal: (reason: Error) => void = () => undefined;
  private onMember: (memberId: string) => void = () => undefined;

  get isJoined(): boolean {
    return this.member;
  }

  /** Earlier owners of this instance's partitions can commit nothing any more, and what they left is settled. */
  get hasTakenOver(): boolean {
    return this.owner;
  }

  /** Records not settled yet, of the partitions that this process owns, as of each one's last fetch. */
  get lag(): number {
    let lag = 0;
    for (const { position, highWatermark } of this.partitions.values())
      lag += Math.max(0, highWatermark - (position ?? highWatermark));
    return lag;
  }

  /** Registers who ends the process when the consumer has stopped for good. */
  whenDead(onFatal: (reason: Error) => void): void {
    this.onFatal = onFatal;
  }

  /** Registers who wants to know by which id this process is a member of the group. */
  whenMember(onMember: (memberId: string) => void): void {
    this.onMember = onMember;
  }

  /** @param memberId by which the group knows this process */
  joined(partitions: readonly number[], memberId = ''): void {
    this.onMember(memberId);
    this.member = true;
    this.owner = false;
    this.rebalances++;
    this.beat();
    for (const partition of this.partitions.keys())
      if (!partitions.includes(partition)) this.partitions.delete(partition);
    for (const partition of partitions)
      if (!this.partitions.has(partition))
        this.partitions.set(partition, { position: null, highWatermark: 0 });
  }

  tookOver(): void {
    this.owner = true;
  }

  left(): void {
    this.member = false;
  }

  beat(): void {
    this.lastProgressAt = Date.now();
  }

  fetched(partition: number, { highWatermark }: BatchLease): void {
    this.beat();
    const progress = this.partitions.get(partition);
    if (progress) progress.highWatermark = highWatermark;
  }

  settled(partition: number, position: number): void {
    this.beat();
    const progress = this.partitions.get(partition);
    if (progress) progress.position = position;
  }

  /** kafkajs restarts a consumer that lost its broker; any other crash leaves a live process that reads nothing. */
  crashed(error: Error, restarts: boolean): void {
    this.member = false;
    this.beat(); // trying again is progress, too
    if (!restarts) this.onFatal(error);
  }
}
