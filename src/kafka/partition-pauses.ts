import { Injectable } from '@nestjs/common';
import type { ConsumerGroupJoinEvent } from 'kafkajs';
import { PauseControl } from '../pipeline/error-limit-port.js';
import type { Consumer } from './kafkajs.js';

/** What is needed of kafkajs's consumer. */
export type PausableConsumer = Pick<Consumer, 'events' | 'on' | 'pause' | 'paused' | 'resume'>;

/**
 * Partitions of which nothing is fetched although they are this instance's. kafkajs forgets pauses when it starts its
 * consumer again after a crash, and keeps those of partitions that went to another member: each join puts both right.
 */
@Injectable()
export class PartitionPauses extends PauseControl {
  private readonly held = new Set<number>();
  private consumer: PausableConsumer | null = null;
  private topic = '';
  private onAssigned: (partitions: readonly number[]) => void = () => undefined;

  get partitions(): ReadonlySet<number> {
    return this.held;
  }

  whenAssigned(onAssigned: (partitions: readonly number[]) => void): void {
    this.onAssigned = onAssigned;
  }

  /** To be called with a new consumer before it joins its group. */
  follow(consumer: PausableConsumer, topic: string): void {
    this.consumer = consumer;
    this.topic = topic;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }: ConsumerGroupJoinEvent) =>
      this.assigned(payload.memberAssignment[topic] ?? []),
    );
  }

  /** Remembers a pause that kafkajs has been told of. */
  hold(partition: number): void {
    this.held.add(partition);
  }

  release(partition: number): void {
    if (!this.held.delete(partition)) return;
    // After a crash kafkajs has no group until it starts anew, and none of its pauses then.
    const isPaused = this.consumer?.paused().some(({ partitions }) => partitions.includes(partition));
    if (isPaused) this.consumer!.resume(this.only(partition));
  }

  private assigned(owned: readonly number[]): void {
    for (const partition of this.held) {
      if (owned.includes(partition)) {
        this.consumer!.pause(this.only(partition));
      } else {
        this.held.delete(partition);
        this.consumer!.resume(this.only(partition));
      }
    }
    this.onAssigned(owned);
  }

  private readonly only = (partition: number) => [{ topic: this.topic, partitions: [partition] }];
}
