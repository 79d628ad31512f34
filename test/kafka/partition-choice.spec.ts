import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { createTopic, produce, readAll, sharedBroker, uniqueName } from '../support/kafka.js';
import { LaneFixture, numbers } from './lane-fixture.js';

const PARTITIONS = 7;

describe('the partition of a record', () => {
  let lanes: LaneFixture;

  afterEach(() => lanes.close());

  it("is the one that Kafka's Java client would choose for the key", async () => {
    const keys = [
      ...numbers(0, 60).map(() => Buffer.from(randomUUID())),
      ...numbers(1, 40).map((size) => randomBytes(size)),
      Buffer.from('Zürich 東京 🦊'),
      Buffer.alloc(0),
    ];
    const reference = uniqueName('reference');
    await createTopic(sharedBroker(), reference, PARTITIONS);
    // kafkajs's default partitioner is a copy of Java's.
    await produce(
      sharedBroker(),
      reference,
      keys.map((key, index) => ({ key, value: String(index) })),
    );

    lanes = await LaneFixture.create(sharedBroker(), { outputPartitions: PARTITIONS });
    const { client } = lanes.process();
    const outcomes = lanes.outcomes(0, keys.length);
    const records = outcomes.topics[0].records.map((record, index) => ({ ...record, key: keys[index] }));
    await client.claim(0, lanes.lease());
    await client.publishOutcomes(
      0,
      { ...outcomes, topics: [{ topic: lanes.output, records }] },
      lanes.lease(),
    );

    const places = (read: Awaited<ReturnType<typeof readAll>>) =>
      new Map(read.map(({ partition, json }) => [json, partition] as [unknown, number]));
    expect(places(await lanes.written(keys.length))).toEqual(
      places(await readAll(sharedBroker(), reference)),
    );
  });

  it('without a key is one and the same for a batch, by its input partition', async () => {
    lanes = await LaneFixture.create(sharedBroker(), { partitions: 10, outputPartitions: 4 });
    const { client } = lanes.process();
    for (const partition of [0, 3, 9]) {
      await client.claim(partition, lanes.lease());
      const outcomes = lanes.outcomes(partition * 100, partition * 100 + 20, { key: null });
      await client.publishOutcomes(partition, outcomes, lanes.lease());
    }
    const records = await lanes.written(60);
    const places = records.map(({ partition, json }) => [Math.floor(Number(json) / 100) % 4, partition]);
    for (const [expected, partition] of places) expect(partition).toBe(expected);
  });
});
