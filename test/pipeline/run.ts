import { CODECS } from '../../src/kafka/codecs.js';
import { LaneProducer } from '../../src/kafka/lane-producer.js';
import { RecordSet } from '../../src/kafka/record-set.js';
import type { RecordHeaders } from '../../src/pipeline/raw-record.js';
import {
  committedOffsets,
  createTopic,
  endOffsets,
  kafkaAt,
  readAll,
  sharedBroker,
  uniqueName,
} from '../support/kafka.js';
import type { ReadRecord } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';

/** A record as it is put into the input topic; unlike kafkajs's messages its headers may be null or repeated. */
export interface Input {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: RecordHeaders;
}

export interface RunOptions {
  /** Records of each partition of the input topic. */
  readonly partitions: readonly (readonly Input[])[];
  readonly settings?: Readonly<Record<string, string>>;
  /** When the records arrived, in milliseconds; now unless the test is about time. */
  readonly arrival?: number;
  /** Of the input topic, by Kafka's names. */
  readonly topicConfig?: Readonly<Record<string, string>>;
}

/** What came of a run of the real service over a topic of its own, from its first record to its last. */
export interface Run {
  readonly input: string;
  readonly partitions: readonly (readonly Input[])[];
  readonly arrival: number;
  readonly processed: readonly ReadRecord[];
  readonly filtered: readonly ReadRecord[];
  readonly errors: readonly ReadRecord[];
  readonly summaries: readonly ReadRecord[];
  /** Of the metrics topic. */
  readonly metricsRecords: readonly ReadRecord[];
  /** Seconds between which the service ran. */
  readonly from: number;
  readonly to: number;
  /** Prometheus text, after the last record. */
  readonly metrics: string;
  readonly log: string;
  readonly exitCode: number | NodeJS.Signals;
}

/** Names of topics and group that nobody else uses, as settings. Each outcome topic gets one partition. */
export function ownNames(): Record<string, string> {
  const name = uniqueName('run');
  return {
    KAFKA_BROKERS: sharedBroker(),
    KAFKA_GROUP_ID: `${name}-group`,
    INPUT_TOPIC: `${name}-in`,
    OUTPUT_TOPIC: `${name}-out`,
    ERROR_TOPIC: `${name}-err`,
    FILTERED_TOPIC: `${name}-fil`,
    SUMMARY_TOPIC: `${name}-sum`,
    METRICS_TOPIC: `${name}-met`,
    TOPIC_PARTITIONS: '1',
  };
}

/** Runs `node dist/main.js` until every record is committed, and reads its topics as `read_committed` readers do. */
export async function runService(options: RunOptions): Promise<Run> {
  const { partitions, topicConfig = {}, arrival = Date.now() } = options;
  const settings = { ...ownNames(), ...options.settings };
  const broker = settings.KAFKA_BROKERS;
  const input = settings.INPUT_TOPIC;
  // Records that are as old as a test wants them would be deleted as soon as the broker looks.
  await createTopic(broker, input, partitions.length, { 'retention.ms': '-1', ...topicConfig });
  await send(broker, input, partitions, arrival);
  const from = Math.floor(Date.now() / 1000);
  const service = await ServiceProcess.ready(settings);
  try {
    const ends = await endOffsets(broker, input);
    await waitFor('every record to be committed', async () => {
      if (service.child.exitCode !== null) throw new Error('The service has ended');
      const committed = await committedOffsets(broker, settings.KAFKA_GROUP_ID, input);
      return committed.every((offset, partition) => offset === ends[partition] || ends[partition] === 0);
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n${service.output}`);
    });
    const metrics = await (await service.get('/metrics'))!.text();
    const exitCode = await service.stop();
    const to = Math.floor(Date.now() / 1000);
    const read = (topic: string) => (topic === '' ? [] : readAll(broker, topic));
    return {
      input,
      partitions,
      arrival,
      processed: await read(settings.OUTPUT_TOPIC),
      filtered: await read(settings.FILTERED_TOPIC),
      errors: await read(settings.ERROR_TOPIC),
      summaries: await read(settings.SUMMARY_TOPIC),
      metricsRecords: await read(settings.METRICS_TOPIC),
      from,
      to,
      metrics,
      log: service.output,
      exitCode,
    };
  } finally {
    await service.destroy();
  }
}

/** A fetch takes whole record sets: small ones leave the service a choice of batches. */
const LARGEST_SEND = 100;

async function send(broker: string, topic: string, partitions: RunOptions['partitions'], arrival: number) {
  const producer = await LaneProducer.open(kafkaAt(broker), undefined);
  try {
    for (const [partition, records] of partitions.entries())
      for (let start = 0; start < records.length; start += LARGEST_SEND) {
        const part = records
          .slice(start, start + LARGEST_SEND)
          .map(({ key, value, headers }) => ({ key, value, headers, sourceOffset: 0 }));
        await producer.send([[await RecordSet.encode(topic, partition, part, CODECS.none, arrival)]]);
      }
  } finally {
    producer.close();
  }
}

/** A message of the input topic from an object or a text. */
export function message(value: object | string | Buffer | null, key: string | Buffer | null = 'key'): Input {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return {
    key: typeof key === 'string' ? Buffer.from(key) : key,
    value: bytes === null || Buffer.isBuffer(bytes) ? bytes : Buffer.from(JSON.stringify(bytes)),
  };
}
