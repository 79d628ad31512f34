import { createHash } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CODECS } from '../../src/kafka/codecs.js';
import type { Compression } from '../../src/config/delivery.settings.js';
import { compression } from '../../src/kafka/kafkajs-internals.js';
import { readTopic } from '../../src/kafka/topic-reader.js';
import { consoleRecords } from '../support/console-consumer.js';
import type { ConsoleRecord } from '../support/console-consumer.js';
import { consoleProducer } from '../support/console-producer.js';
import { createTopic, kafkaAt, sharedBroker, uniqueName } from '../support/kafka.js';
import { LaneFixture } from './lane-fixture.js';

const ALL = Object.keys(CODECS) as Compression[];
const COMPRESSING = ALL.filter((codec) => codec !== 'none');

/** Larger than several blocks of a snappy stream (32 KiB in Java) and of an lz4 frame (64 KiB). */
const LARGE = 300 * 1024;

/** Text that no codec makes smaller, the same at each run. */
function incompressible(length: number): string {
  let text = '';
  for (let block = 0; text.length < length; block++) {
    const bytes = createHash('sha512').update(String(block)).digest();
    for (let at = 0; at < bytes.length; at += 2) {
      const unit = bytes.readUInt16LE(at);
      // No surrogates, and no line breaks either: the console producer takes a line for a record.
      if (unit > 0x0d && (unit < 0xd800 || unit > 0xdfff)) text += String.fromCharCode(unit);
    }
  }
  return text.slice(0, length);
}

/** Every code point below U+0300 but line breaks, the ends of the planes, and what looks like a snappy stream. */
const BINARY_LIKE = `${Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code))
  .join('')
  .replace(/[\n\r]/g, '')}\uffff\u{10000}\u{10ffff}\u0082SNAPPY\0`;

/** Values that both sides can write. */
const TEXTS: readonly (string | null)[] = [
  '',
  null,
  ' ',
  'a text',
  BINARY_LIKE,
  'so and so '.repeat(LARGE / 10),
  incompressible(LARGE / 3),
  '',
  ...Array.from({ length: 400 }, (_, n) => JSON.stringify({ n, text: `${n} `.repeat(200) })),
];

/** What only we can write. */
const BYTES: readonly Buffer[] = [
  Buffer.from('line\nby\r\nline\n'),
  Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)),
  Buffer.from(incompressible(LARGE), 'utf16le'),
];

/** Short, so that a failure can be read: keys, sizes and digests of values, in the order of their keys. */
const digests = (records: readonly { key: unknown; value: string | Buffer | null }[]): string[] =>
  records
    .map(({ key, value }) =>
      value === null
        ? `${String(key)}: null`
        : `${String(key)}: ${Buffer.byteLength(value)} ${createHash('sha1').update(value).digest('hex')}`,
    )
    .sort();

const keyed = <Value>(prefix: string, values: readonly Value[]) =>
  values.map((value, index) => ({ key: `${prefix} ${index}`, value }));

/** Records of a topic as our consumer decodes them, and the codecs in which they stood there. */
async function readBack(topic: string): Promise<{ records: string[]; codecs: Set<Compression> }> {
  const used = new Set<Compression>(['none']);
  for (const codec of COMPRESSING) {
    const decoder = compression.Codecs[CODECS[codec].id];
    jest.spyOn(compression.Codecs, CODECS[codec].id).mockImplementation(() => {
      used.add(codec);
      used.delete('none');
      return decoder();
    });
  }
  const records: { key: Buffer | null; value: Buffer | null }[] = [];
  await readTopic(kafkaAt(sharedBroker()), topic, {
    onRecord: ({ key, value }) => records.push({ key, value }),
  });
  return { records: digests(records), codecs: used };
}

afterEach(() => void jest.restoreAllMocks());

describe("records that Kafka's Java producer has written", () => {
  it.each(COMPRESSING)('with %s are read by us, byte for byte', async (codec) => {
    const topic = uniqueName(`java-${codec}`);
    const messages = keyed(codec, TEXTS);
    await createTopic(sharedBroker(), topic, 1);
    await consoleProducer(sharedBroker(), topic, codec, messages);
    expect(await readBack(topic)).toEqual({ records: digests(messages), codecs: new Set([codec]) });
  });
});

describe("records that we have written, which Kafka's Java consumer reads with read_committed,", () => {
  const topics = new Map<Compression, string>();
  const written = (codec: Compression) => keyed<string | Buffer | null>(codec, [...TEXTS, ...BYTES]);
  let read: ConsoleRecord[];

  beforeAll(async () => {
    for (const codec of ALL) topics.set(codec, await publish(codec));
    const count = ALL.length * (TEXTS.length + BYTES.length);
    read = await consoleRecords(sharedBroker(), [...topics.values()], count);
  });

  it.each(ALL)('are the same with %s, byte for byte', async (codec) => {
    const ours = read.filter(({ key }) => key.startsWith(`${codec} `));
    expect(digests(ours)).toEqual(digests(written(codec)));
    expect(await readBack(topics.get(codec)!)).toEqual({
      records: digests(written(codec)),
      codecs: new Set([codec]),
    });
  });

  /** In a transaction, as the service does it. */
  async function publish(codec: Compression): Promise<string> {
    const lanes = await LaneFixture.create(sharedBroker(), { settings: { COMPRESSION: codec } });
    const records = written(codec).map((record, sourceOffset) => ({
      ...record,
      headers: undefined,
      sourceOffset,
    }));
    const { client } = lanes.process(10_000);
    await client.claim(0, lanes.lease());
    const outcomes = lanes.outcomes(0, records.length);
    await client.publishOutcomes(
      0,
      { ...outcomes, topics: [{ topic: lanes.output, records }] },
      lanes.lease(),
    );
    await lanes.close();
    return lanes.output;
  }
});
