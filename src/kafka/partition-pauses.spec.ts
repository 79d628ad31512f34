import { beforeEach, describe, expect, it } from '@jest/globals';
import { PartitionPauses } from './partition-pauses.js';
import type { PausableConsumer } from './partition-pauses.js';

type Listener = (event: object) => void;
type TopicPartitions = { topic: string; partitions?: number[] }[];

/** Keeps pauses as kafkajs does: those of other members' partitions too, and none after a crash. */
class FakeConsumer {
  readonly events = { GROUP_JOIN: 'join' };
  readonly pausedOf = new Set<number>();
  private assigned: number[] | null = null;
  private joined: Listener = () => undefined;

  on(_: string, listener: Listener): void {
    this.joined = listener;
  }
  pause([{ partitions }]: TopicPartitions): void {
    for (const partition of partitions!) this.pausedOf.add(partition);
  }
  resume([{ partitions }]: TopicPartitions): void {
    if (this.assigned === null) throw new Error('Consumer group was not initialized');
    for (const partition of partitions!) this.pausedOf.delete(partition);
  }
  paused(): TopicPartitions {
    const partitions = this.assigned?.filter((partition) => this.pausedOf.has(partition)) ?? [];
    return partitions.length === 0 ? [] : [{ topic: 'in', partitions }];
  }
  join(...partitions: number[]): void {
    this.assigned = partitions;
    this.joined({ payload: { memberAssignment: { in: partitions } } });
  }
  crash(): void {
    this.assigned = null;
    this.pausedOf.clear();
  }
}

describe('pauses of partitions', () => {
  let consumer: FakeConsumer;
  let pauses: PartitionPauses;

  beforeEach(() => {
    consumer = new FakeConsumer();
    pauses = new PartitionPauses();
    pauses.follow(consumer as unknown as PausableConsumer, 'in');
    consumer.join(0, 1);
    consumer.pausedOf.add(1); // as a batch does
    pauses.hold(1);
  });

  it('last over a join, and over a crash of the consumer', () => {
    consumer.join(0, 1, 2);
    expect([...consumer.pausedOf]).toEqual([1]);
    consumer.crash();
    consumer.join(0, 1);
    expect([...consumer.pausedOf]).toEqual([1]);
  });

  it('end when the partition goes to another member: it is not paused when it comes back', () => {
    const assigned: (readonly number[])[] = [];
    pauses.whenAssigned((partitions) => void assigned.push(partitions));
    consumer.join(0);
    expect([...consumer.pausedOf]).toEqual([]);
    consumer.join(0, 1);
    expect([...consumer.pausedOf, ...pauses.partitions]).toEqual([]);
    expect(assigned).toEqual([[0], [0, 1]]);
  });

  it('end when they are released, also between a crash and the new start', () => {
    pauses.release(0);
    expect([...consumer.pausedOf]).toEqual([1]);
    pauses.release(1);
    expect([...consumer.pausedOf]).toEqual([]);
    pauses.hold(0);
    consumer.crash();
    pauses.release(0);
    consumer.join(0, 1);
    expect([...consumer.pausedOf]).toEqual([]);
  });
});
