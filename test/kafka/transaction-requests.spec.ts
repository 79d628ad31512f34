import { afterEach, describe, expect, it } from '@jest/globals';
import { CODECS } from '../../src/kafka/codecs.js';
import { LaneProducer } from '../../src/kafka/lane-producer.js';
import { RecordSet } from '../../src/kafka/record-set.js';
import { committedOffsets, createTopic, groupIsKnown, kafkaAt, uniqueName } from '../support/kafka.js';
import { ApiKey } from '../support/fault-proxy.js';
import { ProxiedBroker } from './proxied-broker.js';

const record = { key: null, value: 'v', headers: undefined, sourceOffset: 0 };

describe('a transaction', () => {
  let broker: ProxiedBroker;
  let producer: LaneProducer;
  afterEach(async () => {
    producer.close();
    await broker.stop();
  });

  it('takes five requests: nobody asks again who the coordinator is', async () => {
    broker = await ProxiedBroker.start();
    const [input, output, groupId] = [uniqueName('input'), uniqueName('output'), uniqueName('group')];
    await createTopic(broker.address, input, 1);
    await createTopic(broker.address, output, 1);
    await groupIsKnown(broker.address, groupId, input);
    producer = await LaneProducer.open(kafkaAt(broker.address), `${groupId}-${input}-0`);
    const transaction = async (offset: number) => {
      const set = await RecordSet.encode(output, 0, [record], CODECS.snappy, Date.now());
      await producer.sendTransaction([[set]], { groupId, topic: input, partition: 0, offset });
    };
    await transaction(1); // finds the coordinators
    const before = broker.proxy.requests.length;
    await transaction(2);
    // The broker's own requests, its transaction markers, pass through the proxy too.
    const ours = broker.proxy.requests.slice(before).filter(({ clientId }) => clientId === 'test');
    const taken = ours.map(({ apiKey }) => apiKey);
    // A step that comes while the transaction before is still being ended is repeated.
    expect([...new Set(taken)].sort((a, b) => a - b)).toEqual(
      [
        ApiKey.Produce,
        ApiKey.AddPartitionsToTxn,
        ApiKey.AddOffsetsToTxn,
        ApiKey.EndTxn,
        ApiKey.TxnOffsetCommit,
      ].sort((a, b) => a - b),
    );
    expect(taken.filter((apiKey) => apiKey === ApiKey.Produce)).toHaveLength(1);
    expect(await committedOffsets(broker.address, groupId, input)).toEqual([2]);
  });
});
