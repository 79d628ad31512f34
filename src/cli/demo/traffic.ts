import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners } from '../../kafka/kafkajs.js';
import type { Kafka } from '../../kafka/kafkajs.js';
import { createGenerator } from '../generator/generator.js';

const TICK_MS = 100;

export interface TrafficOptions {
  readonly topic: string;
  /** Messages per second. */
  readonly rate: number;
  readonly seed: number;
  readonly badPercent: number;
  /** NDJSON file to send instead of generated traffic; each line is one value. */
  readonly input?: string;
  readonly signal: AbortSignal;
}

interface Message {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Record<string, Buffer>;
}

/** Sends logins to the input topic at a steady rate. */
export class Traffic {
  /** Acknowledged by the broker. */
  produced = 0;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: TrafficOptions,
  ) {}

  /** Resolves when stopped, or when the file is at its end. */
  async run(): Promise<void> {
    const { topic, rate, signal } = this.options;
    const messages = await this.source();
    const producer = this.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    try {
      const start = performance.now();
      while (!signal.aborted) {
        const due = Math.floor(((performance.now() - start) / 1000) * rate) - this.produced;
        const batch = take(messages, due);
        if (batch.length > 0) await producer.send({ topic, messages: batch });
        this.produced += batch.length;
        if (due > 0 && batch.length < due) return;
        await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await producer.disconnect();
    }
  }

  private async source(): Promise<Iterator<Message>> {
    const { input, seed, badPercent, rate } = this.options;
    if (input !== undefined) return lines(await readFile(input));
    const startSeconds = Math.floor(Date.now() / 1000);
    const generator = createGenerator({ seed, badPercent, startSeconds, rate });
    return endless(() => generator.next());
  }
}

function take(messages: Iterator<Message>, count: number): Message[] {
  const taken: Message[] = [];
  while (taken.length < count) {
    const { value, done } = messages.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

function* endless(next: () => Message): Generator<Message> {
  for (;;) yield next();
}

/** Lines as they are, byte for byte; empty ones are left out. Keys are spread like the real traffic's: at random. */
function* lines(file: Buffer): Generator<Message> {
  for (let start = 0; start < file.length;) {
    const newline = file.indexOf(0x0a, start);
    const end = newline < 0 ? file.length : newline;
    const value = file.subarray(start, file[end - 1] === 0x0d ? end - 1 : end);
    if (value.length > 0) yield { key: Buffer.from(crypto.randomUUID()), value };
    start = end + 1;
  }
}
