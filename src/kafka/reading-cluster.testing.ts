import type { Kafka } from './kafkajs.js';
import type { ReadingCluster } from './reading-cluster.js';

/** A client whose connections for reading are these, one after the other; the last one again and again. */
export function clientOf(...clusters: readonly Partial<ReadingCluster>[]): Kafka {
  const left = [...clusters];
  const create = () => (left.length > 1 ? left.shift() : left[0]);
  return { [Symbol('private:Kafka:createCluster')]: create } as unknown as Kafka;
}
