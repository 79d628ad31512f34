import { expect } from '@jest/globals';
import { ownNames } from '../pipeline/run.js';
import type { Input } from '../pipeline/run.js';
import {
  committedOffsets,
  createTopic,
  endOffsets,
  produce,
  readAll,
  sharedBroker,
  withAdmin,
} from '../support/kafka.js';
import type { ReadRecord } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { dealt } from './traffic.js';

export const PARTITIONS = 3;

/** Lives of a service, one after the other, on topics of their own. */
export class SummaryService {
  private readonly services: ServiceProcess[] = [];

  private constructor(readonly names: Record<string, string>) {}

  static async create(settings: Record<string, string>): Promise<SummaryService> {
    const names: Record<string, string> = {
      ...ownNames(),
      METRICS_TOPIC: '',
      KAFKA_SESSION_TIMEOUT_MS: '6000',
      ...settings,
    };
    await createTopic(sharedBroker(), names.INPUT_TOPIC, PARTITIONS);
    return new SummaryService(names);
  }

  async start(): Promise<ServiceProcess> {
    const service = ServiceProcess.spawn(this.names);
    this.services.push(service);
    await service.untilReady();
    return service;
  }

  produce(inputs: readonly Input[]): Promise<void> {
    const messages = dealt(inputs, PARTITIONS).flatMap((each, partition) =>
      each.map(({ key, value, headers }) => ({
        key,
        value,
        partition,
        headers: headers as Record<string, Buffer>,
      })),
    );
    return produce(sharedBroker(), this.names.INPUT_TOPIC, messages);
  }

  /** Resolves when everything that was produced is committed. */
  async settled(): Promise<void> {
    const { INPUT_TOPIC, KAFKA_GROUP_ID } = this.names;
    const ends = await endOffsets(sharedBroker(), INPUT_TOPIC);
    await waitFor('all input to be committed', async () => {
      const committed = await committedOffsets(sharedBroker(), KAFKA_GROUP_ID, INPUT_TOPIC);
      return ends.every((end, partition) => committed[partition] === end);
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.services.map(({ output }) => output).join('\n----\n')}`);
    });
  }

  /** How many of the input are committed. */
  async committed(): Promise<number> {
    const { INPUT_TOPIC, KAFKA_GROUP_ID } = this.names;
    const offsets = await committedOffsets(sharedBroker(), KAFKA_GROUP_ID, INPUT_TOPIC);
    return offsets.reduce((sum, offset) => sum + Math.max(0, offset), 0);
  }

  /** What is kept with the committed offsets. */
  async metadata(): Promise<string[]> {
    const [{ partitions }] = await withAdmin(sharedBroker(), (admin) =>
      admin.fetchOffsets({ groupId: this.names.KAFKA_GROUP_ID, topics: [this.names.INPUT_TOPIC] }),
    );
    expect(partitions).toHaveLength(PARTITIONS);
    return partitions.map(({ metadata }) => metadata ?? '');
  }

  summaries(): Promise<ReadRecord[]> {
    return readAll(sharedBroker(), this.names.SUMMARY_TOPIC);
  }

  /** Summaries, once there are so many. */
  atLeast(count: number): Promise<ReadRecord[]> {
    return waitFor(`${count} summaries`, async () => {
      const records = await this.summaries();
      return records.length >= count && records;
    });
  }

  processed(): Promise<ReadRecord[]> {
    return readAll(sharedBroker(), this.names.OUTPUT_TOPIC);
  }

  async destroy(): Promise<void> {
    await Promise.all(this.services.map((service) => service.destroy()));
  }
}
