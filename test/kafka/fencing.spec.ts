import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiKey } from '../support/fault-proxy.js';
import { committedOffsets, readAll } from '../support/kafka.js';
import { LaneFixture, numbers } from './lane-fixture.js';
import { ProxiedBroker } from './proxied-broker.js';

const REJOIN = { type: 'ILLEGAL_GENERATION', retriable: false };

describe('two owners of one partition', () => {
  let own: ProxiedBroker;
  let lanes: LaneFixture;

  beforeAll(async () => {
    own = await ProxiedBroker.start();
  });
  afterAll(() => own.stop());
  beforeEach(async () => {
    lanes = await LaneFixture.create(own.address);
  });
  afterEach(async () => {
    await own.proxy.heal();
    await lanes.close();
  });

  /** Stops the next such request on its way to the broker; `go` lets it pass. */
  function stall(apiKey: number): { reached: Promise<void>; go: () => void } {
    let go = () => undefined as void;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const reached = new Promise<void>((resolve) => {
      const stop = own.proxy.onRequest(apiKey, ({ frame }) => {
        if (!frame.includes(`${lanes.group}-`)) return;
        stop();
        resolve();
        return gate;
      });
    });
    return { reached, go };
  }

  const committed = () => committedOffsets(own.address, lanes.group, lanes.input);

  it('the later one sees what the earlier one committed between the join and the first batch', async () => {
    const [old, heir] = [lanes.process(), lanes.process()];
    await old.client.claim(0, lanes.lease(1));
    await old.client.publishOutcomes(0, lanes.outcomes(0, 10), lanes.lease(1));
    // The group has given the partition to the heir with offset 10; the old owner is not done yet.
    const seenAtJoin = await committed();
    await old.client.publishOutcomes(0, lanes.outcomes(10, 30), lanes.lease(1));

    const position = await heir.client.claim(0, lanes.lease(1));
    expect([seenAtJoin, position]).toEqual([[10], 30]);
    await heir.client.publishOutcomes(0, lanes.outcomes(position!, 40), lanes.lease(1));
    expect(await lanes.writtenOffsets(40)).toEqual(numbers(0, 40));
  });

  it('the later one reads the offset after its fence, not before: no commit can come between', async () => {
    const [old, heir] = [lanes.process(), lanes.process(10_000)];
    await old.client.claim(0, lanes.lease(1));
    const { reached, go } = stall(ApiKey.InitProducerId);
    const claim = heir.client.claim(0, lanes.lease(1));
    await reached;
    await old.client.publishOutcomes(0, lanes.outcomes(0, 20), lanes.lease(1));
    go();
    expect(await claim).toBe(20);
  });

  it('a transaction that is open when the later one claims never becomes visible', async () => {
    const [zombie, heir] = [lanes.process(10_000), lanes.process()];
    await zombie.client.claim(0, lanes.lease(1));
    await zombie.client.publishOutcomes(0, lanes.outcomes(0, 10), lanes.lease(1));
    const { reached, go } = stall(ApiKey.EndTxn);
    const late = lanes.outcomes(10, 20);
    const sending = zombie.client.publishOutcomes(0, late, lanes.lease(1));
    sending.catch(() => undefined);
    await reached;

    expect(await heir.client.claim(0, lanes.lease(1))).toBe(10);
    await heir.client.publishOutcomes(0, lanes.outcomes(10, 15), lanes.lease(1));
    go();
    await expect(sending).rejects.toMatchObject({
      ...REJOIN,
      message: expect.stringContaining('another instance has taken over'),
    });

    expect(late.settlements).toBe(0);
    expect(await committed()).toEqual([15]);
    await heir.client.publishOutcomes(0, lanes.outcomes(15, 20), lanes.lease(1));
    expect(await lanes.writtenOffsets(20)).toEqual(numbers(0, 20));
    expect(await readAll(own.address, lanes.output, true)).toHaveLength(30);
    expect(await committed()).toEqual([20]);
  });

  it('the earlier one finds its pending outcomes settled by the other when it gets the partition back', async () => {
    const [first, second] = [lanes.process(10_000), lanes.process()];
    await first.client.claim(0, lanes.lease(1));
    const { reached, go } = stall(ApiKey.EndTxn);
    const pending = lanes.outcomes(0, 20);
    const sending = first.client.publishOutcomes(0, pending, lanes.lease(1));
    sending.catch(() => undefined);
    await reached;
    await second.client.claim(0, lanes.lease(1));
    await second.client.publishOutcomes(0, lanes.outcomes(0, 12), lanes.lease(1));
    go();
    await expect(sending).rejects.toMatchObject(REJOIN);

    // 0 to 11 have their outcome from the other; ours for the rest are sent as they were worked out.
    expect(await first.client.claim(0, lanes.lease(2))).toBe(20);
    expect(pending.settlements).toBe(1);
    expect(await lanes.writtenOffsets(20)).toEqual(numbers(0, 20));
  });

  it('an offset that was committed is never taken back by the earlier one', async () => {
    const [old, heir] = [lanes.process(), lanes.process()];
    await old.client.claim(0, lanes.lease(1));
    await heir.client.claim(0, lanes.lease(1));
    await heir.client.publishOutcomes(0, lanes.outcomes(0, 30), lanes.lease(1));
    for (let attempt = 0; attempt < 3; attempt++) {
      const stale = old.client.publishOutcomes(0, lanes.outcomes(0, 5), lanes.lease(1));
      await expect(stale).rejects.toMatchObject(REJOIN);
    }
    expect(await committed()).toEqual([30]);
    expect(await old.client.claim(0, lanes.lease(2))).toBe(30);
    expect(await lanes.writtenOffsets(30)).toEqual(numbers(0, 30));
  });

  it('a partition that was given up during a send is not taken back by trying again', async () => {
    const [old, heir] = [lanes.process(), lanes.process()];
    await old.client.claim(0, lanes.lease(1));
    const { reached, go } = stall(ApiKey.EndTxn);
    const sending = old.client.publishOutcomes(0, lanes.outcomes(0, 10), lanes.lease(1));
    sending.catch(() => undefined);
    await reached;
    old.client.retain([]);
    await heir.client.claim(0, lanes.lease(1));
    // What the old owner sees is a time-out, not the fence.
    await expect(sending).rejects.toMatchObject(REJOIN);
    go();
    await heir.client.publishOutcomes(0, lanes.outcomes(0, 10), lanes.lease(1));
    expect(heir.retries).toBe(0);
    expect(await lanes.writtenOffsets(10)).toEqual(numbers(0, 10));
  });
});
