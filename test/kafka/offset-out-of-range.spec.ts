import { afterEach, describe, expect, it } from '@jest/globals';
import { createTopic, sharedBroker, withAdmin } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { commitOffset, numbers } from './lane-fixture.js';
import { login, ServiceFixture, users } from './service-fixture.js';

describe('an offset that the log does not have', () => {
  let fixture: ServiceFixture;

  afterEach(() => fixture.destroy());

  const logins = (first: number, end: number) => numbers(first, end).map((index) => login(index));
  const names = (first: number, end: number) => numbers(first, end).map((index) => `user-${index}`);

  async function commit(offset: number): Promise<void> {
    await commitOffset(sharedBroker(), fixture.group, fixture.input, offset);
    await fixture.untilCommitted(offset);
  }

  async function outputIs(expected: string[]): Promise<void> {
    const records = await fixture.written(expected.length);
    expect(users(records).sort()).toEqual([...expected].sort());
  }

  it('because it was deleted: goes on with the first record that is still there', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 1);
    await fixture.produce(logins(0, 50));
    await commit(10);
    await withAdmin(sharedBroker(), async (admin) => {
      await admin.fetchTopicOffsets(fixture.input); // loads the metadata that the next call takes for granted
      await admin.deleteTopicRecords({ topic: fixture.input, partitions: [{ partition: 0, offset: '30' }] });
    });
    const service = await fixture.ready({ STATE_RECOVERY: 'lenient' }); // what was committed is gone, too
    await outputIs(names(30, 50));
    await fixture.untilCommitted(50);
    expect(await service.metric('login_stream_offset_resets_total')).toBeGreaterThanOrEqual(1);
  });

  it('because it lies beyond the end: starts from the beginning, says so, and skips nothing', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 1);
    await fixture.produce(logins(0, 20));
    await commit(1_000);
    const service = await fixture.ready();
    await outputIs(names(0, 20));
    await fixture.untilCommitted(20);
    await fixture.produce(logins(20, 40));
    await outputIs(names(0, 40));
    expect(service.output).toMatch(/out of range|ends at 20/);
    expect(await service.metric('login_stream_offset_resets_total')).toBeGreaterThanOrEqual(1);
  });

  it('because the topic was made again, with fewer records, while the service ran', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 1);
    const service = await fixture.ready();
    await fixture.produce(logins(0, 50));
    await fixture.untilCommitted(50);
    await withAdmin(sharedBroker(), async (admin) => {
      await admin.deleteTopics({ topics: [fixture.input] });
      await waitFor('the topic to be gone', async () => !(await admin.listTopics()).includes(fixture.input));
    });
    await createTopic(sharedBroker(), fixture.input, 1);
    await fixture.produce(logins(50, 60));
    await outputIs(names(0, 60));
    await waitFor('readiness', async () => (await service.get('/health/ready'))?.ok);
  });
});
