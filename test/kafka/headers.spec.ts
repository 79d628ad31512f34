import { afterEach, describe, expect, it } from '@jest/globals';
import { CODECS } from '../../src/kafka/codecs.js';
import { LaneProducer } from '../../src/kafka/lane-producer.js';
import { RecordSet } from '../../src/kafka/record-set.js';
import type { RecordHeaders } from '../../src/pipeline/raw-record.js';
import { kafkaAt, sharedBroker } from '../support/kafka.js';
import { readWhen } from './lane-fixture.js';
import { login, ServiceFixture } from './service-fixture.js';

describe('headers of the input', () => {
  let fixture: ServiceFixture;

  afterEach(() => fixture.destroy());

  /** As kafkajs cannot: with a null value and several headers of one name. */
  async function produceRecord(value: string, headers: RecordHeaders): Promise<void> {
    const producer = await LaneProducer.open(kafkaAt(sharedBroker()), undefined);
    const record = { key: 'key', value, headers, sourceOffset: 0 };
    try {
      await producer.send([[await RecordSet.encode(fixture.input, 0, [record], CODECS.none, Date.now())]]);
    } finally {
      producer.close();
    }
  }

  it('travel on unchanged: null values, repeated names, names of members of Object.prototype', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 1);
    const headers = {
      traceparent: Buffer.from('00-1-2-03'),
      empty: Buffer.alloc(0),
      nothing: null,
      twice: [Buffer.from('1'), Buffer.from('2')],
      constructor: Buffer.from('c'),
      toString: Buffer.from('t'),
      hasOwnProperty: Buffer.from('h'),
      binary: Buffer.from([0, 255, 128]),
    } as unknown as RecordHeaders;
    await produceRecord(String(login(1).value), headers);
    await produceRecord('no login', headers);
    await fixture.ready();

    const [processed] = await fixture.written(1);
    expect(Object.entries(processed.headers!)).toEqual(Object.entries(headers));
    const [error] = await readWhen(sharedBroker(), fixture.errors, 1);
    expect(Object.entries(error.headers!)).toEqual(expect.arrayContaining(Object.entries(headers)));
    await fixture.untilCommitted(2);
  });
});
