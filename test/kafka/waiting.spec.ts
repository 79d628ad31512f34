import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiKey } from '../support/fault-proxy.js';
import { committedOffsets } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { numbers } from './lane-fixture.js';
import { ProxiedBroker } from './proxied-broker.js';
import { login, ServiceFixture, users } from './service-fixture.js';

const RETRIES = 'login_stream_publish_retries_total';

describe('outcomes that wait for a broker which refuses connections', () => {
  let own: ProxiedBroker;
  let fixture: ServiceFixture;

  beforeAll(async () => (own = await ProxiedBroker.start()));
  afterAll(() => own.stop());
  afterEach(async () => {
    await own.proxy.heal();
    await fixture.destroy();
  });

  it('are visible, and go out when it is back', async () => {
    fixture = await ServiceFixture.create(own.address, 1, { TOPIC_PARTITIONS: '1' });
    const service = await fixture.ready();
    await fixture.produce(numbers(0, 20).map((index) => login(index)));
    await fixture.untilCommitted(20);
    const before = await service.metric(RETRIES);

    // The connections of consumer and admin live on: it is the producer that cannot come back.
    const producers = own.producersUntilNow();
    const stop = own.proxy.onRequest(ApiKey.Produce, ({ clientId }) => {
      if (clientId !== 'login-stream') return;
      own.proxy.refuse('stop-listening');
      own.proxy.cut(producers);
    });
    await fixture.produce(numbers(20, 40).map((index) => login(index)));
    await waitFor('a retry', async () => (await service.metric(RETRIES)) > before);
    stop();
    const ready = await service.get('/health/ready');
    expect(ready?.status).toBe(503);
    expect(await ready?.text()).toContain('outcomes of 1 partitions are waiting for Kafka');
    expect((await service.get('/health/live'))?.status).toBe(200);
    expect(await service.metric('login_stream_ready')).toBe(0);
    await waitFor('the log', () => /the outcomes of offsets 20–\d+ are waiting/.test(service.output));

    await own.proxy.accept();
    await waitFor('readiness', async () => (await service.get('/health/ready'))?.ok);
    await fixture.untilCommitted(40);
    expect(users(await fixture.written(40))).toEqual(numbers(0, 40).map((index) => `user-${index}`));
    expect(await committedOffsets(own.address, fixture.group, fixture.input)).toEqual([40]);
  });
});
