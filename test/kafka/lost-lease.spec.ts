import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import type { PartitionAssigner } from 'kafkajs';
import { singleOwnerAssigner } from '../../src/kafka/single-owner.assigner.js';
import { ApiKey } from '../support/fault-proxy.js';
import { kafkaAt } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { LaneFixture, numbers } from './lane-fixture.js';
import { ProxiedBroker } from './proxied-broker.js';
import { login, ServiceFixture, users } from './service-fixture.js';

const { AssignerProtocol } = kafkajs;

/** A member of the service's kind that came last of all: it gets no partition. */
const youngestMember: PartitionAssigner = (options) => ({
  ...singleOwnerAssigner(() => null)(options),
  protocol: ({ topics }) => ({
    name: singleOwnerAssigner(() => null)(options).name,
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) }),
  }),
});

describe('a lease that ends during a batch', () => {
  let own: ProxiedBroker;
  let lanes: LaneFixture | undefined;
  let service: ServiceFixture | undefined;

  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  afterEach(async () => {
    await own.proxy.heal();
    await lanes?.close();
    await service?.destroy();
  });

  it("ends the batch with kafkajs's own error; its outcomes are kept and settled at the next claim", async () => {
    lanes = await LaneFixture.create(own.address);
    const { client } = lanes.process(10_000);
    await client.claim(0, lanes.lease());
    const swallowed = own.proxy.dropNextResponse({
      apiKey: ApiKey.AddOffsetsToTxn,
      where: ({ clientId }) => clientId === lanes!.group,
    });
    const ended = Object.assign(new Error('rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });
    const lease = lanes.lease(1, { heartbeat: () => Promise.reject(ended) });
    const outcomes = lanes.outcomes(0, 30);
    const publishing = client.publishOutcomes(0, outcomes, lease);
    publishing.catch(() => undefined);
    await swallowed;
    await expect(publishing).rejects.toBe(ended);
    expect(outcomes.settlements).toBe(0);

    expect(await client.claim(0, lanes.lease(2))).toBe(30);
    expect(outcomes.settlements).toBe(1);
    await client.publishOutcomes(0, lanes.outcomes(30, 40), lanes.lease(2));
    expect(await lanes.writtenOffsets(40)).toEqual(numbers(0, 40));
  });

  it.each([
    ['its answer comes later', 10],
    ['it had not begun', 0],
  ])(
    'takes no offset back and leaves no connection behind when a send is given up and %s',
    async (_, sent) => {
      lanes = await LaneFixture.create(own.address, { settings: { DELIVERY: 'at-least-once' } });
      const { client } = lanes.process(10_000);
      await client.claim(0, lanes.lease());
      // The first send of a producer asks for metadata: without one that is what the hold meets.
      if (sent > 0) await client.publishOutcomes(0, lanes.outcomes(0, sent), lanes.lease());
      const healthy = own.proxy.connections;
      own.proxy.hold('down', own.producersUntilNow());
      const lost = lanes.lease(1, { heartbeat: () => Promise.reject(new Error('lost')) });
      await expect(client.publishOutcomes(0, lanes.outcomes(sent, 30), lost)).rejects.toThrow('lost');
      await client.claim(0, lanes.lease(2));
      await client.publishOutcomes(0, lanes.outcomes(30, 40), lanes.lease(2));

      const produced = () => own.proxy.requests.filter(({ apiKey }) => apiKey === ApiKey.Produce).length;
      const before = produced();
      own.proxy.release();
      if (sent === 0) await waitFor('the old producer to send after all', () => produced() > before);
      await waitFor('the old producer to have ended', () => own.proxy.connections <= healthy, 10_000);
      expect(lanes.commits.slice(-2)).toEqual([30, 40]);
    },
  );

  it('leaves a waiting batch at once when the consumer stops', async () => {
    lanes = await LaneFixture.create(own.address);
    const { client } = lanes.process(10_000);
    await client.claim(0, lanes.lease());
    const swallowed = own.proxy.dropNextResponse({
      apiKey: ApiKey.Produce,
      then: 'cut',
      where: ({ clientId }) => clientId === lanes!.group,
    });
    own.proxy.refuse();
    const outcomes = lanes.outcomes(0, 10);
    const publishing = client.publishOutcomes(0, outcomes, lanes.lease(1, { isRunning: () => false }));
    publishing.catch(() => undefined);
    await swallowed;
    await expect(publishing).rejects.toMatchObject({
      message: expect.stringContaining('left to the next owner'),
    });
    expect(outcomes.settlements).toBe(0);
  });

  it('never makes the service process records twice: counts go on without a gap or a repeat', async () => {
    service = await ServiceFixture.create(own.address, 2, { KAFKA_SESSION_TIMEOUT_MS: '6000' });
    const process = await service.ready();
    await service.produce(numbers(0, 40).map((index) => login(index)));
    await service.written(40);

    for (const first of [40, 80]) {
      // A batch gets stuck with its transaction open, and meanwhile another member joins.
      let go = () => undefined as void;
      const gate = new Promise<void>((resolve) => (go = resolve));
      const stalled = new Promise<void>((resolve) => {
        const stop = own.proxy.onRequest(ApiKey.EndTxn, () => {
          stop();
          resolve();
          return gate;
        });
      });
      await service.produce(numbers(first, first + 40).map((index) => login(index)));
      await stalled;
      const joins = await process.metric('login_stream_group_joins');
      const guest = kafkaAt(own.address).consumer({
        groupId: service.group,
        rebalanceTimeout: 10_000,
        partitionAssigners: [youngestMember],
      });
      await guest.connect();
      await guest.subscribe({ topic: service.input });
      await guest.run({ autoCommit: false, eachBatch: async () => undefined });
      await waitFor(
        'the service to join again',
        async () => (await process.metric('login_stream_group_joins')) > joins,
      );
      await guest.disconnect();
      go();
      await service.written(first + 40);
    }

    // Outcomes of a lost lease are settled, and counted, with the next batch of their partition.
    await service.produce([0, 1].map((partition) => login(120 + partition, { partition })));
    const records = await service.written(122);
    expect(users(records).sort()).toEqual(
      numbers(0, 122)
        .map((index) => `user-${index}`)
        .sort(),
    );
    const counts = records.map(({ json }) => Number(json.total_logins_for_version));
    expect(counts.sort((a, b) => a - b)).toEqual(numbers(1, 123));
    const received = () => process.metric('login_stream_received_total');
    await waitFor('all of them to be counted', async () => (await received()) >= 122);
    expect(await received()).toBe(122);
    expect(await process.metric('login_stream_imbalance_records')).toBe(0);
  });
});
