import { setTimeout as sleep } from 'node:timers/promises';
import { kafkaAt } from '../../support/kafka.js';
import { Partitioners } from '../../../src/kafka/kafkajs.js';
import type { Producer } from '../../../src/kafka/kafkajs.js';
import { ID_HEADER } from '../traffic/chaos-record.js';
import type { ChaosRecord } from '../traffic/chaos-record.js';

const TICK_MS = 20;
const AGAIN_MS = 200;
const LARGEST_SEND = 500;

/**
 * Writes messages to the input topic, whatever becomes of the broker meanwhile. What was not answered is sent again, so the
 * topic may have a message twice: what lies there counts, not what was sent.
 */
export class Feeder {
  private producer: Producer | null = null;

  constructor(
    private readonly broker: string,
    private readonly signal: AbortSignal,
  ) {}

  /** @param rate messages per second, about; until `over` or `count` */
  async stream(
    topic: string,
    next: () => ChaosRecord,
    rate: number,
    over: AbortSignal,
    count = Infinity,
  ): Promise<void> {
    const start = performance.now();
    for (let sent = 0; sent < count && !over.aborted; await sleep(TICK_MS)) {
      const due = Math.min(count, Math.ceil(((performance.now() - start) / 1000) * rate)) - sent;
      const records = Array.from({ length: Math.min(due, LARGEST_SEND) }, next);
      if (records.length > 0) await this.send(topic, records);
      sent += records.length;
    }
  }

  async send(topic: string, records: readonly ChaosRecord[]): Promise<void> {
    const messages = records.map(({ id, partition, key, value, timestamp }) => ({
      ...{ partition, key, value, timestamp: String(timestamp) },
      headers: { [ID_HEADER]: String(id) },
    }));
    for (;;) {
      this.signal.throwIfAborted();
      try {
        this.producer ??= await this.connect();
        await this.producer.send({ topic, messages });
        return;
      } catch {
        await this.close();
        await sleep(AGAIN_MS);
      }
    }
  }

  async close(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    await producer?.disconnect().catch(() => undefined);
  }

  private async connect(): Promise<Producer> {
    const producer = kafkaAt(this.broker).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      idempotent: true,
      maxInFlightRequests: 1,
      retry: { retries: 3, initialRetryTime: 100 },
    });
    await producer.connect();
    return producer;
  }
}
