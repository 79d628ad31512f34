import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { numbers, readWhen } from './lane-fixture.js';
import { login, ServiceFixture, users } from './service-fixture.js';

describe('at-least-once', () => {
  let fixture: ServiceFixture;

  afterEach(() => fixture.destroy());

  const partitioned = (first: number, end: number) =>
    numbers(first, end).map((index) => login(index, { partition: index % 2 }));
  const names = (first: number, end: number) => numbers(first, end).map((index) => `user-${index}`);

  it('writes every outcome, commits behind it, and repeats nothing after an orderly stop', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 2, { DELIVERY: 'at-least-once' });
    const first = await fixture.ready();
    await fixture.produce([...partitioned(0, 200), { key: 'x', value: 'broken', partition: 0 }]);
    await fixture.untilCommitted(101, 100);
    await fixture.produce(partitioned(200, 400));
    expect(await first.stop()).toBe(0);

    const second = await fixture.ready();
    await fixture.untilCommitted(201, 200);
    expect(users(await fixture.written(400)).sort()).toEqual(names(0, 400).sort());
    expect(await readWhen(sharedBroker(), fixture.errors, 1)).toHaveLength(1);
    expect(await second.stop()).toBe(0);
  });

  it('loses nothing when it is killed', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 2, {
      DELIVERY: 'at-least-once',
      KAFKA_SESSION_TIMEOUT_MS: '6000',
      BATCH_MAX_BYTES: '4096',
    });
    const first = await fixture.ready();
    await fixture.produce(partitioned(0, 2_000));
    await waitFor('some output', async () => (await first.metric('login_stream_received_total')) > 50);
    first.kill('SIGKILL');
    await first.exit;
    await fixture.ready();
    await fixture.untilCommitted(1_000, 1_000);
    const seen = users(await fixture.written(2_000)).map(String);
    expect([...new Set(seen)].sort()).toEqual(names(0, 2_000).sort());
  });
});
