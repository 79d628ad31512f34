import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKey } from '../support/fault-proxy.js';
import { committedOffsets } from '../support/kafka.js';
import { LaneFixture, numbers } from './lane-fixture.js';
import { ProxiedBroker } from './proxied-broker.js';

describe('a lost response', () => {
  let own: ProxiedBroker;
  let lanes: LaneFixture;

  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  afterEach(async () => {
    await own.proxy.heal();
    await lanes.close();
  });

  describe.each(['keep', 'cut'] as const)('(the connection: %s)', (then) => {
    it.each([
      ['InitProducerId', ApiKey.InitProducerId],
      ['AddPartitionsToTxn', ApiKey.AddPartitionsToTxn],
      ['Produce', ApiKey.Produce],
      ['AddOffsetsToTxn', ApiKey.AddOffsetsToTxn],
      ['TxnOffsetCommit', ApiKey.TxnOffsetCommit],
      ['EndTxn', ApiKey.EndTxn],
    ])(
      'of %s leaves every outcome written once, in order, and its offset committed once',
      async (_, apiKey) => {
        lanes = await LaneFixture.create(own.address);
        const { client } = lanes.process();
        const lease = lanes.lease();
        const batches = [lanes.outcomes(0, 50), lanes.outcomes(50, 80)];
        const publish = (index: number) => client.publishOutcomes(0, batches[index], lease);
        const arm = () =>
          own.proxy.dropNextResponse({
            apiKey,
            then,
            where: ({ clientId, frame }) => clientId === lanes.group && frame.includes(`${lanes.group}-`),
          });
        // A producer asks for its id once, and for the rest with every batch: those are lost in the second one.
        const atOpen = apiKey === ApiKey.InitProducerId ? arm() : null;
        expect(await client.claim(0, lease)).toBe(null);
        await publish(0);
        const swallowed = atOpen ?? arm();
        await publish(1);
        await swallowed;
        expect(await lanes.writtenOffsets(80)).toEqual(numbers(0, 80));
        expect(await committedOffsets(own.address, lanes.group, lanes.input)).toEqual([80]);
        expect(batches.map(({ settlements }) => settlements)).toEqual([1, 1]);
        expect(await client.claim(0, lanes.lease(2))).toBe(80);
      },
    );
  });

  it('while several lanes send at once loses nothing and repeats nothing', async () => {
    lanes = await LaneFixture.create(own.address, { partitions: 4 });
    const { client } = lanes.process();
    const lease = lanes.lease();
    const swallowed = [1, 2].map(() =>
      own.proxy.dropNextResponse({
        apiKey: ApiKey.Produce,
        where: ({ clientId }) => clientId === lanes.group,
      }),
    );
    const work = numbers(0, 4).map(async (partition) => {
      await client.claim(partition, lease);
      for (const batch of numbers(0, 5)) {
        const first = partition * 1_000 + batch * 20;
        await client.publishOutcomes(partition, lanes.outcomes(first, first + 20), lease);
      }
    });
    await Promise.all([...work, ...swallowed]);
    const read = await lanes.writtenOffsets(400);
    for (const first of [0, 1_000, 2_000, 3_000])
      expect(read.filter((value) => value >= first && value < first + 1_000)).toEqual(
        numbers(first, first + 100),
      );
    expect(read).toHaveLength(400);
  });

  it('of Produce loses nothing with at-least-once: offsets are committed behind the records', async () => {
    lanes = await LaneFixture.create(own.address, { settings: { DELIVERY: 'at-least-once' } });
    const { client } = lanes.process();
    const mine = ({ clientId }: { clientId: string | null }) => clientId === lanes.group;
    const swallowed = own.proxy.dropNextResponse({ apiKey: ApiKey.Produce, then: 'cut', where: mine });
    const sends = () =>
      own.proxy.requests.filter((each) => mine(each) && each.apiKey === ApiKey.Produce).length;
    const commits: object[] = [];
    const lease = lanes.lease(1, {
      commit: async (offset) => void commits.push({ offset, sends: sends() }),
    });
    await client.claim(0, lease);
    await client.publishOutcomes(0, lanes.outcomes(0, 50), lease);
    await client.publishOutcomes(0, lanes.outcomes(50, 60), lease);
    await swallowed;
    expect(commits).toEqual([
      { offset: 50, sends: 2 },
      { offset: 60, sends: 3 },
    ]);
    // In their first occurrences the records are in order.
    expect([...new Set(await lanes.writtenOffsets(60))]).toEqual(numbers(0, 60));
  });

  it('does not move records without a key to another partition', async () => {
    lanes = await LaneFixture.create(own.address, { partitions: 3, outputPartitions: 5 });
    const process = lanes.process();
    const swallowed = own.proxy.dropNextResponse({
      apiKey: ApiKey.Produce,
      then: 'cut',
      where: ({ clientId }) => clientId === lanes.group,
    });
    const lease = lanes.lease();
    await process.client.claim(2, lease);
    for (const first of [0, 20, 40])
      await process.client.publishOutcomes(2, lanes.outcomes(first, first + 20, { key: null }), lease);
    await swallowed;
    const records = await lanes.written(60);
    expect(records.map(({ json }) => json)).toEqual(numbers(0, 60));
    expect(new Set(records.map(({ partition }) => partition))).toEqual(new Set([2]));
  });

  it('keeps a second batch from overtaking the one whose result is unknown', async () => {
    lanes = await LaneFixture.create(own.address);
    const { client } = lanes.process();
    const swallowed = own.proxy.dropNextResponse({
      apiKey: ApiKey.EndTxn,
      where: ({ clientId }) => clientId === lanes.group,
    });
    const lease = lanes.lease();
    await client.claim(0, lease);
    const [first, second] = [lanes.outcomes(0, 5), lanes.outcomes(5, 9)];
    const sending = client.publishOutcomes(0, first, lease);
    await swallowed;
    const behind = client.publishOutcomes(0, second, lease);
    await Promise.all([sending, behind]);
    expect([first.settlements, second.settlements]).toEqual([1, 1]);
    expect(await lanes.writtenOffsets(9)).toEqual(numbers(0, 9)); // in this order
  });
});
