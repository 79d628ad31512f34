import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKey } from '../support/fault-proxy.js';
import { committedOffsets } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { LaneFixture, numbers } from './lane-fixture.js';
import { ProxiedBroker } from './proxied-broker.js';

describe('a connection that answers no more', () => {
  let own: ProxiedBroker;
  let lanes: LaneFixture;

  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  afterEach(async () => {
    await own.proxy.heal();
    await lanes.close();
  });

  it.each(['exactly-once', 'at-least-once'])(
    'is replaced after a produce time-out, while the membership is kept (%s)',
    async (delivery) => {
      lanes = await LaneFixture.create(own.address, { settings: { DELIVERY: delivery } });
      const process = lanes.process(2_500);
      let heartbeats = 0;
      const lease = lanes.lease(1, { heartbeat: async () => void heartbeats++ });
      await process.client.claim(0, lease);
      await process.client.publishOutcomes(0, lanes.outcomes(0, 5), lease);
      await lanes.written(5); // from here on the broker has its own connections, for transaction markers
      await process.client.publishOutcomes(0, lanes.outcomes(5, 10), lease);
      const healthy = own.proxy.connections;
      const earlier = process.retries;

      const dead = own.producersUntilNow();
      own.proxy.blackHole('both', dead);
      const swallowed = own.proxy.swallowedBytes;
      const publishing = process.client.publishOutcomes(0, lanes.outcomes(10, 20), lease);
      await waitFor('bytes in the black hole', () => own.proxy.swallowedBytes > swallowed);
      await publishing;

      expect(heartbeats).toBeGreaterThan(1);
      expect(process.retries).toBe(earlier + 1);
      expect(await lanes.writtenOffsets(20)).toEqual(numbers(0, 20));
      if (delivery === 'exactly-once')
        expect(await committedOffsets(own.address, lanes.group, lanes.input)).toEqual([20]);
      else expect(lanes.commits).toEqual([5, 10, 20]);
      own.proxy.cut(dead);
      await waitFor('one producer to be connected, not two', () => own.proxy.connections <= healthy, 10_000);
    },
  );

  it('does not end the wait of a lane for its coordinator either', async () => {
    lanes = await LaneFixture.create(own.address);
    const { client } = lanes.process();
    const stalled = own.proxy.dropNextResponse({
      apiKey: ApiKey.InitProducerId,
      then: 'blackHole',
      where: ({ clientId }) => clientId === lanes.group,
    });
    await Promise.all([stalled, client.claim(0, lanes.lease())]);
    await client.publishOutcomes(0, lanes.outcomes(0, 10), lanes.lease());
    expect(await lanes.writtenOffsets(10)).toEqual(numbers(0, 10));
  });
});
