import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODECS } from './codecs.js';
import { partitionForKey } from './murmur2.js';
import type { OutgoingRecord } from './outgoing-record.js';
import { encodeRounds } from './record-rounds.js';
import type { TopicFacts } from './topic-catalog.js';

const record = (key: string | null, value: string | Buffer = 'v'): OutgoingRecord => ({
  key,
  value,
  headers: undefined,
  sourceOffset: 0,
});
const facts =
  (partitions: number, maxMessageBytes = 1_000_000) =>
  (): TopicFacts => ({
    partitions,
    maxMessageBytes,
  });

describe('encodeRounds', () => {
  it('makes one round of one record set per topic and partition', async () => {
    const records = ['a', 'b', 'c', 'd', 'a', 'b'].map((key) => record(key));
    const topics = [
      { topic: 'one', records },
      { topic: 'two', records: records.slice(0, 1) },
    ];
    const [round, ...more] = await encodeRounds(topics, facts(3), CODECS.none, 0);
    expect(more).toEqual([]);
    const places = round.map(({ topic, partition }) => `${topic}-${partition}`);
    expect(new Set(places).size).toBe(places.length);
    expect(round.reduce((sum, { count }) => sum + count, 0)).toBe(7);
  });

  it('puts records of several lists for one topic together, so that no partition has two record sets', async () => {
    const list = { topic: 'one', records: [record('a'), record('b')] };
    const [round, ...more] = await encodeRounds([list, list], facts(1), CODECS.none, 0);
    expect(more).toEqual([]);
    expect(round.map(({ topic, partition, count }) => ({ topic, partition, count }))).toEqual([
      { topic: 'one', partition: 0, count: 4 },
    ]);
  });

  it('takes the partition of the key, and one partition for all records without a key', async () => {
    const [round] = await encodeRounds(
      [{ topic: 't', records: [record('some key'), record(null), record(null)] }],
      facts(7),
      CODECS.none,
      12,
    );
    const byPartition = new Map(round.map(({ partition, count }) => [partition, count]));
    expect(byPartition).toEqual(
      new Map([
        [partitionForKey('some key', 7), 1],
        [12 % 7, 2],
      ]),
    );
  });

  it('needs no round for nothing', async () => {
    expect(await encodeRounds([], facts(1), CODECS.none, 0)).toEqual([]);
  });

  it('splits what does not compress until each part fits, losing none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...Object.values(CODECS)),
        async (sizes, codec) => {
          const records = sizes.map((size) => record('k', randomBytes(size)));
          const rounds = await encodeRounds([{ topic: 't', records }], facts(1, 1_024), codec, 0);
          const sets = rounds.flat();
          expect(sets.reduce((sum, { count }) => sum + count, 0)).toBe(sizes.length);
          expect(rounds.every((round) => round.length === 1)).toBe(true);
          for (const set of sets) expect(set.count === 1 || set.bytes <= 1_024).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});
