import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker, uniqueName } from '../support/kafka.js';
import { login, ServiceFixture } from './service-fixture.js';

describe('a consumer that has died for good', () => {
  let fixture: ServiceFixture;

  afterEach(() => fixture.destroy());

  it('ends the process with an error, so that nobody takes it for alive', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 1);
    const crash = new URL('crash-handler.mjs', import.meta.url).href;
    const service = await fixture.ready({ NODE_OPTIONS: `--import=${crash}`, SHUTDOWN_TIMEOUT_MS: '5000' });
    await fixture.produce([login(1)]);
    expect(await service.exit).toBe(1);
    expect(service.output).toMatch(/"level":60.*a fault in the handler/);
    expect(service.output).toContain('"Stopped"');
  });

  it('ends the process also when it dies while it joins the group', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 1);
    // Brokers refuse a session as short as this, and no second attempt would change that.
    const service = fixture.spawn({
      KAFKA_SESSION_TIMEOUT_MS: '1000',
      KAFKA_GROUP_ID: uniqueName('refused'),
    });
    expect(await service.exit).toBe(1);
    expect(service.output).toMatch(/"level":60.*session timeout/i);
  });
});
