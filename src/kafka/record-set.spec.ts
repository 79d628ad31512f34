import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODECS } from './codecs.js';
import { decodeRecordBatches } from './fetched-records.js';
import './kafkajs.js';
import type { OutgoingRecord } from './outgoing-record.js';
import { RecordSet } from './record-set.js';

const require = createRequire(import.meta.url);
const Decoder = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => object;
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (decoder: object) => Promise<{
  producerId: string;
  producerEpoch: number;
  firstSequence: number;
  inTransaction: boolean;
  lastOffsetDelta: number;
  records: { key: Buffer | null; value: Buffer | null; offset: string; timestamp: string; headers: object }[];
}>;

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const data = fc.oneof(bytes, fc.string({ unit: 'grapheme', maxLength: 300 }), fc.constant(null));
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  key: data,
  value: data,
  headers: fc.option(
    fc.dictionary(
      fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
        .filter((name) => !(name in Object.prototype)),
      bytes,
      { maxKeys: 4 },
    ),
    { nil: undefined },
  ),
  sourceOffset: fc.nat(),
});

const asBytes = (value: Buffer | string | null) => (typeof value === 'string' ? Buffer.from(value) : value);
const identity = { producerId: 4_294_967_297n, producerEpoch: 7, transactional: true };

describe('RecordSet', () => {
  it.each(Object.entries(CODECS))('is read back unchanged with codec %s', async (_name, codec) => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 40 }), async (records) => {
        const set = await RecordSet.encode('t', 3, records, codec, 1_700_000_000_123);
        set.firstSequence = 42;
        const batch = await decodeBatch(new Decoder(set.toBuffer(identity)));
        expect(batch).toMatchObject({ producerId: '4294967297', producerEpoch: 7, firstSequence: 42 });
        expect(batch.inTransaction).toBe(true);
        expect(
          batch.records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
        ).toEqual(
          records.map(({ key, value, headers }) => ({
            key: asBytes(key),
            value: asBytes(value),
            headers: headers === undefined ? {} : { ...headers },
          })),
        );
        expect(batch.records.map(({ offset }) => Number(offset))).toEqual(records.map((_, index) => index));
        expect(batch.records.every(({ timestamp }) => timestamp === '1700000000123')).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('writes several headers of one name, null ones, and leaves out what is no value', async () => {
    const headers = { a: [Buffer.from('1'), 'two', null], toString: [Object.prototype.toString, 'x'] };
    const set = await RecordSet.encode(
      't',
      0,
      [{ key: null, value: '{}', headers: headers as never, sourceOffset: 0 }],
      CODECS.none,
      0,
    );
    const [record] = (await decodeRecordBatches(set.toBuffer(identity), (_codec, data) =>
      Promise.resolve(data),
    ))!;
    expect(Object.entries(record.headers)).toEqual([
      ['a', [Buffer.from('1'), Buffer.from('two'), null]],
      ['toString', Buffer.from('x')],
    ]);
  });

  it('takes one large record before very many small ones: no buffer of their product is made', async () => {
    const small = { key: null, value: null, headers: undefined, sourceOffset: 0 };
    const records = [
      { ...small, value: 'x'.repeat(600_000) },
      ...Array.from({ length: 200_000 }, () => small),
    ];
    const set = await RecordSet.encode('t', 0, records, CODECS.snappy, 0);
    expect(set.count).toBe(200_001);
  });

  it('knows its size on the wire', async () => {
    const records = [{ key: 'k', value: 'v'.repeat(5_000), headers: undefined, sourceOffset: 0 }];
    const set = await RecordSet.encode('t', 0, records, CODECS.gzip, 0);
    expect(set.toBuffer(identity)).toHaveLength(set.bytes);
    expect(set.bytes).toBeLessThan(1_000);
  });
});
