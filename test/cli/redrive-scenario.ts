import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { AuditLine } from '../../src/cli/redrive/audit.js';
import { CODECS } from '../../src/kafka/codecs.js';
import { LaneProducer } from '../../src/kafka/lane-producer.js';
import type { OutgoingRecord } from '../../src/kafka/outgoing-record.js';
import { RecordSet } from '../../src/kafka/record-set.js';
import { readTopic } from '../../src/kafka/topic-reader.js';
import { Rejected } from '../../src/pipeline/outcome.js';
import type { ErrorType } from '../../src/pipeline/outcome.js';
import type { RawRecord } from '../../src/pipeline/raw-record.js';
import { STANDARD_ERROR_RECORD } from '../../src/profiles/standard-records.js';
import { deadLetter } from '../../src/publishing/dead-letter.js';
import { ownNames } from '../pipeline/run.js';
import { createTopic, kafkaAt } from '../support/kafka.js';
import { runCommand } from './run-command.js';
import type { CommandResult } from './run-command.js';

export type Names = Readonly<Record<string, string>>;

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Settings of a service of its own, and of the commands that belong to it; its state outlives a restart. */
export function scenarioNames(settings: Names = {}): Names {
  const folder = mkdtempSync(join(tmpdir(), 'login-stream-redrive-'));
  folders.push(folder);
  return { ...ownNames(), STATE_DIR: folder, ...settings };
}

/** Records that are as old as a test wants them would be deleted as soon as the broker looks. */
const KEPT = { 'retention.ms': '-1' };

/** The two topics, for tests in which no service runs. */
export async function createTopics(
  names: Names,
  partitions: { input: number; errors: number },
): Promise<void> {
  await createTopic(names.KAFKA_BROKERS, names.INPUT_TOPIC, partitions.input, KEPT);
  await createTopic(names.KAFKA_BROKERS, names.ERROR_TOPIC, partitions.errors, {
    ...KEPT,
    'max.message.bytes': '4194304',
  });
}

export interface DeadOriginal {
  readonly key?: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: RawRecord['headers'];
  readonly partition?: number;
  readonly errorType?: ErrorType;
  /** Milliseconds. */
  readonly arrival?: number;
  /** Instead of the input topic. */
  readonly topic?: string;
}

/** What the service would write for records at offsets 0, 1, … of the input. */
export function lettersOf(names: Names, originals: readonly DeadOriginal[]): OutgoingRecord[] {
  return originals.map(
    ({ key = null, value, headers = {}, errorType = 'unknown_fields', ...where }, index) => {
      const { partition = 0, arrival = 1_711_302_637_000, topic = names.INPUT_TOPIC } = where;
      const raw = { offset: String(index), timestamp: String(arrival), key, value, headers };
      const violation = { field: null, rule: errorType, message: 'It is wrong.' };
      return deadLetter(new Rejected(raw, errorType, [violation], value === null ? null : String(value)), {
        topic,
        partition,
        now: 1_711_302_640,
        maxValueBytes: 1_048_576,
        maxRecordBytes: 4_194_304,
        fields: STANDARD_ERROR_RECORD,
      });
    },
  );
}

const LARGEST_SEND = 500;

/** Writes records to a partition of a topic; a header may be null or repeated. */
export async function write(
  { KAFKA_BROKERS: broker }: Names,
  topic: string,
  partition: number,
  records: readonly OutgoingRecord[],
  timestamp = Date.now(),
): Promise<void> {
  const producer = await LaneProducer.open(kafkaAt(broker), undefined);
  try {
    for (let start = 0; start < records.length; start += LARGEST_SEND) {
      const part = records.slice(start, start + LARGEST_SEND);
      await producer.send([[await RecordSet.encode(topic, partition, part, CODECS.none, timestamp)]]);
    }
  } finally {
    producer.close();
  }
}

export interface InputRecord extends RawRecord {
  readonly partition: number;
}

/** What `read_committed` readers see of the input topic, whatever it is, by partition and offset. */
export async function inputOf({ KAFKA_BROKERS: broker, INPUT_TOPIC: topic }: Names): Promise<InputRecord[]> {
  const records: InputRecord[] = [];
  await readTopic(kafkaAt(broker), topic, {
    onRecord: ({ offset, timestamp, key, value, headers }, partition) =>
      records.push({ offset, timestamp, key, value, headers, partition }),
  });
  return records.sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset));
}

export interface RedriveResult extends CommandResult {
  readonly lines: readonly AuditLine[];
}

export async function runRedrive(names: Names, ...args: string[]): Promise<RedriveResult> {
  const result = await runCommand(['redrive', ...args], { env: names });
  return { ...result, lines: auditLines(result.stdout) };
}

/** Whole lines only: a process that was killed may have written half of one. */
export const auditLines = (stdout: string): AuditLine[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AuditLine);

/** A valid login that can be told from all others. */
export const login = (user: string, more: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      user_id: user,
      app_version: '2.3.0',
      device_type: 'ios',
      ip: '8.8.8.8',
      locale: 'NC',
      device_id: `device of ${user}`,
      timestamp: 1_711_302_636,
      ...more,
    }),
  );

/** How often each value is there, of those that are not there once. */
export function notOnce(
  records: readonly RawRecord[],
  wanted: readonly Buffer[],
): [value: string, count: number][] {
  const counts = new Map(wanted.map((value) => [String(value), 0]));
  for (const { value } of records) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count !== 1);
}
