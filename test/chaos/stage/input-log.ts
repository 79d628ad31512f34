import { readTopic } from '../../../src/kafka/topic-reader.js';
import { kafkaAt } from '../../support/kafka.js';
import type { Input } from '../oracle/input.js';
import { ID_HEADER } from '../traffic/chaos-record.js';

/** Everything that ever lay in the input topic, also what is no longer there. */
export class InputLog {
  private readonly inputs = new Map<string, Input>();
  private readonly unread = new Set<Input>();
  private life = 0;

  constructor(
    private readonly broker: string,
    private readonly topic: string,
  ) {}

  /** Adds what lies there now: at the end, and before something is deleted. */
  async read(): Promise<void> {
    const { life } = this;
    await readTopic(kafkaAt(this.broker), this.topic, {
      onRecord: ({ offset, timestamp, key, value, headers }, partition) => {
        const id = String(headers?.[ID_HEADER]);
        const input = { id, life, partition, offset: Number(offset), arrival: Number(timestamp), key, value };
        const place = `${life}-${partition}-${offset}`;
        if (!this.inputs.has(place)) this.inputs.set(place, input);
      },
    });
  }

  /** From now on the topic of this name is another one. */
  madeAgain(): void {
    this.life++;
  }

  /** These were deleted before anybody could read them. */
  neverRead(partition: number, from: number, end: number): void {
    for (const input of this.inputs.values())
      if (
        input.life === this.life &&
        input.partition === partition &&
        input.offset >= from &&
        input.offset < end
      )
        this.unread.add(input);
  }

  /** What must have an outcome. */
  get all(): Input[] {
    return [...this.inputs.values()].filter((input) => !this.unread.has(input));
  }
}
