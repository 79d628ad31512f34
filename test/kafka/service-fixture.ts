import { LOGIN_FIELDS } from '../../src/pipeline/testing.js';
import { committedOffsets, createTopic, produce, uniqueName } from '../support/kafka.js';
import type { InputMessage, ReadRecord } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { readWhen } from './lane-fixture.js';

/** Topics and a group of a test's own, and the service processes that it starts on them. */
export class ServiceFixture {
  readonly input = uniqueName('input');
  readonly output = uniqueName('output');
  readonly errors = uniqueName('errors');
  readonly filtered = uniqueName('filtered');
  readonly group = uniqueName('group');
  private readonly services: ServiceProcess[] = [];

  private constructor(
    readonly broker: string,
    private readonly settings: Record<string, string>,
  ) {}

  static async create(
    broker: string,
    partitions: number,
    settings: Record<string, string> = {},
  ): Promise<ServiceFixture> {
    const fixture = new ServiceFixture(broker, settings);
    await createTopic(broker, fixture.input, partitions);
    return fixture;
  }

  spawn(settings: Record<string, string> = {}): ServiceProcess {
    const service = ServiceProcess.spawn({
      KAFKA_BROKERS: this.broker,
      KAFKA_GROUP_ID: this.group,
      INPUT_TOPIC: this.input,
      OUTPUT_TOPIC: this.output,
      ERROR_TOPIC: this.errors,
      FILTERED_TOPIC: this.filtered,
      TOPIC_PARTITIONS: '2',
      BATCH_MAX_WAIT_MS: '20',
      ...this.settings,
      ...settings,
    });
    this.services.push(service);
    return service;
  }

  async ready(settings: Record<string, string> = {}): Promise<ServiceProcess> {
    const service = this.spawn(settings);
    await service.untilReady();
    return service;
  }

  produce(messages: readonly InputMessage[]): Promise<void> {
    return produce(this.broker, this.input, messages);
  }

  /** Records of the output topic, once there are so many. */
  written(count: number): Promise<ReadRecord[]> {
    return readWhen(this.broker, this.output, count);
  }

  /** Waits until the group has committed these offsets, by partition. */
  async untilCommitted(...expected: number[]): Promise<void> {
    await waitFor(`the offsets ${expected.join(', ')}`, async () => {
      const offsets = await committedOffsets(this.broker, this.group, this.input);
      return offsets.length === expected.length && offsets.every((offset, i) => offset === expected[i]);
    });
  }

  /** Ends what still runs, by its process id. */
  async destroy(): Promise<void> {
    await Promise.all(this.services.map((service) => service.destroy()));
  }
}

/** A valid login of `user-<index>`, all with the same version. */
export const login = (index: number, more: Partial<InputMessage> = {}): InputMessage => ({
  key: `user-${index}`,
  value: JSON.stringify({ ...LOGIN_FIELDS, user_id: `user-${index}` }),
  ...more,
});

export const users = (records: readonly ReadRecord[]): unknown[] => records.map(({ json }) => json.user_id);
