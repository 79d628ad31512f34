import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODECS } from './codecs.js';
import type { Codec } from './codecs.js';
import { decodeRecordBatches } from './fetched-records.js';
import type { OutgoingRecord } from './outgoing-record.js';
import { RecordSet } from './record-set.js';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const name = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('toString', '__proto__', '1'),
);
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc
    .array(fc.tuple(name, fc.array(fc.option(bytes), { minLength: 1, maxLength: 3 })), { maxLength: 4 })
    .map((entries) => Object.assign(Object.create(null) as object, Object.fromEntries(entries))),
  sourceOffset: fc.nat(),
});
const decompress = (id: number, data: Buffer) => codecOf(id).decompress(data);
const codecOf = (id: number): Codec => Object.values(CODECS).find((codec) => codec.id === id)!;
const identity = { producerId: 12_345_678_901n, producerEpoch: 3, transactional: true };

/** A record set as a broker stores it: with its base offset. */
async function stored(baseOffset: number, records: readonly OutgoingRecord[], codec: Codec): Promise<Buffer> {
  const set = await RecordSet.encode('t', 0, records, codec, 1_700_000_000_000);
  const buffer = set.toBuffer(identity);
  buffer.writeBigInt64BE(BigInt(baseOffset), 0);
  return buffer;
}

describe('decodeRecordBatches', () => {
  it.each(Object.entries(CODECS))('gives back what was written with codec %s', async (_name, codec) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 4 }),
        async (batches) => {
          const sets = await Promise.all(batches.map((batch, index) => stored(index * 100, batch, codec)));
          const decoded = await decodeRecordBatches(Buffer.concat(sets), decompress);
          const written = batches.flatMap((batch, set) =>
            batch.map(({ key, value, headers }, index) => ({
              offset: String(set * 100 + index),
              key,
              value,
              headers: Object.entries(headers ?? {}).map(([each, list]) => [each, [list].flat()]),
            })),
          );
          expect(
            decoded!.map(({ offset, key, value, headers }) => ({
              offset,
              key,
              value,
              headers: Object.entries(headers).map(([each, list]) => [each, [list].flat()]),
            })),
          ).toEqual(written);
          expect(new Set(decoded!.map(({ timestamp }) => timestamp))).toEqual(new Set(['1700000000000']));
          expect(decoded!.every(({ isControlRecord }) => !isControlRecord)).toBe(true);
          expect(decoded![0].batchContext).toEqual({ producerId: '12345678901', inTransaction: true });
          for (const { key, value, size } of decoded!)
            expect(size).toBeGreaterThanOrEqual((key?.length ?? 0) + (value?.length ?? 0));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves out a batch that the answer cuts off, and keeps those before it', async () => {
    const one = { key: null, value: 'one', headers: undefined, sourceOffset: 0 };
    const whole = await stored(5, [one], CODECS.none);
    const cut = (await stored(6, [one], CODECS.none)).subarray(0, -1);
    const decoded = await decodeRecordBatches(Buffer.concat([whole, cut]), decompress);
    expect(decoded!.map(({ offset }) => offset)).toEqual(['5']);
    expect(await decodeRecordBatches(cut.subarray(0, 30), decompress)).toEqual([]);
  });

  it('takes the arrival from the broker when the topic says so, and sees control records', async () => {
    const batch = await stored(
      0,
      [{ key: null, value: '', headers: undefined, sourceOffset: 0 }],
      CODECS.none,
    );
    batch.writeInt16BE(batch.readInt16BE(21) | 0x08 | 0x20, 21);
    batch.writeBigInt64BE(42n, 35);
    const [record] = (await decodeRecordBatches(batch, decompress))!;
    expect(record).toMatchObject({ timestamp: '42', isControlRecord: true });
  });

  it('knows negative and large timestamp deltas', async () => {
    const batch = await stored(
      0,
      [{ key: null, value: null, headers: undefined, sourceOffset: 0 }],
      CODECS.none,
    );
    // length, attributes, timestamp delta (one byte here), offset delta, …: -1 is written as 1.
    batch[61 + 2] = 1;
    const [record] = (await decodeRecordBatches(batch, decompress))!;
    expect(record.timestamp).toBe('1699999999999');
  });

  it('a record with many headers is read at once', async () => {
    const headers: Record<string, Buffer[]> = Object.create(null);
    for (let index = 0; index < 20_000; index++)
      (headers[`h${index % 15_000}`] ??= []).push(Buffer.from('v'));
    const batch = await stored(0, [{ key: null, value: null, headers, sourceOffset: 0 }], CODECS.none);
    const start = performance.now();
    const [record] = (await decodeRecordBatches(batch, decompress))!;
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(Object.keys(record.headers)).toHaveLength(15_000);
    expect(record.headers.h0).toEqual([Buffer.from('v'), Buffer.from('v')]);
  });

  it('leaves batches of older formats to kafkajs', async () => {
    const batch = await stored(
      0,
      [{ key: null, value: '', headers: undefined, sourceOffset: 0 }],
      CODECS.none,
    );
    batch[16] = 1;
    expect(await decodeRecordBatches(batch, decompress)).toBeNull();
  });
});
