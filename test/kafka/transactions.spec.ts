import { afterEach, describe, expect, it } from '@jest/globals';
import { CODECS } from '../../src/kafka/codecs.js';
import { LaneProducer } from '../../src/kafka/lane-producer.js';
import { RecordSet } from '../../src/kafka/record-set.js';
import { committedOffsets, createTopic, kafkaAt, sharedBroker, uniqueName } from '../support/kafka.js';
import { commitOffset, numbers, readWhen } from './lane-fixture.js';

const record = (value: number) => ({
  key: null,
  value: String(value),
  headers: undefined,
  sourceOffset: value,
});
const setOf = (topic: string, partition: number, value: number) =>
  RecordSet.encode(topic, partition, [record(value)], CODECS.snappy, Date.now());

describe('one producer', () => {
  let producer: LaneProducer | undefined;

  afterEach(() => producer?.close());

  async function topics(partitions: number) {
    const names = { input: uniqueName('input'), output: uniqueName('output'), groupId: uniqueName('group') };
    await createTopic(sharedBroker(), names.input, 1);
    await createTopic(sharedBroker(), names.output, partitions);
    await commitOffset(sharedBroker(), names.groupId, names.input, 0);
    return names;
  }

  it('makes 200 transactions in quick succession: each waits until the one before has ended', async () => {
    const { input, output, groupId } = await topics(5);
    producer = await LaneProducer.open(kafkaAt(sharedBroker()), `${groupId}-${input}-0`);
    for (const n of numbers(0, 200)) {
      const round = await Promise.all(numbers(0, 5).map((partition) => setOf(output, partition, n)));
      await producer.sendTransaction([round], { groupId, topic: input, partition: 0, offset: n + 1 });
    }
    expect(await committedOffsets(sharedBroker(), groupId, input)).toEqual([200]);
    const records = await readWhen(sharedBroker(), output, 1_000);
    for (const partition of numbers(0, 5))
      expect(records.filter((each) => each.partition === partition).map(({ json }) => json)).toEqual(
        numbers(0, 200),
      );
  });

  it('commits an offset alone when a batch has no records to write', async () => {
    const { input, output, groupId } = await topics(1);
    producer = await LaneProducer.open(kafkaAt(sharedBroker()), `${groupId}-${input}-0`);
    await producer.sendTransaction([], { groupId, topic: input, partition: 0, offset: 7 });
    await producer.sendTransaction([[await setOf(output, 0, 7)]], {
      groupId,
      topic: input,
      partition: 0,
      offset: 8,
    });
    expect(await committedOffsets(sharedBroker(), groupId, input)).toEqual([8]);
    expect((await readWhen(sharedBroker(), output, 1)).map(({ json }) => json)).toEqual([7]);
  });

  it.each([undefined, 'transactional'])(
    'says so when a partition that kafkajs does not know would lose its records silently (%s)',
    async (transactional) => {
      const { input, output, groupId } = await topics(2);
      producer = await LaneProducer.open(kafkaAt(sharedBroker()), transactional && `${groupId}-${input}-0`);
      const rounds = [[await setOf(output, 1, 0), await setOf(output, 2, 1)]];
      const sending = transactional
        ? producer.sendTransaction(rounds, { groupId, topic: input, partition: 0, offset: 2 })
        : producer.send(rounds);
      await expect(sending).rejects.toThrow('Only 1 of 2 partitions took their records');
      expect(await committedOffsets(sharedBroker(), groupId, input)).toEqual([0]);
    },
  );
});
