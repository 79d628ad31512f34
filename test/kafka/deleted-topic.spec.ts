import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker, withAdmin } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { numbers, readWhen } from './lane-fixture.js';
import { login, ServiceFixture, users } from './service-fixture.js';

describe('a topic that is deleted while the service runs', () => {
  let fixture: ServiceFixture;

  afterEach(() => fixture.destroy());

  const round = (first: number) =>
    numbers(first, first + 20).flatMap((index) => [
      login(index),
      { key: `user-${index}`, value: `broken ${index}` },
    ]);

  it.each(['output', 'errors'] as const)(
    'is made again, and stops neither itself nor the others (%s)',
    async (which) => {
      fixture = await ServiceFixture.create(sharedBroker(), 1);
      const { output, errors } = fixture;
      const [deleted, other] = which === 'output' ? [output, errors] : [errors, output];
      const service = await fixture.ready();
      await fixture.produce(round(0));
      await fixture.untilCommitted(40);

      await withAdmin(sharedBroker(), async (admin) => {
        await admin.deleteTopics({ topics: [deleted] });
        await waitFor('the topic to be gone', async () => !(await admin.listTopics()).includes(deleted));
      });
      await fixture.produce(round(20));
      await fixture.untilCommitted(80);
      await fixture.produce(round(40));
      await fixture.untilCommitted(120);

      const name = (index: number) => `user-${index}`;
      const content = (records: Awaited<ReturnType<typeof readWhen>>) =>
        (records[0].json.user_id === null
          ? records.map(({ json }) => String(json.message_content).replace('broken ', 'user-'))
          : users(records)
        ).sort();
      expect(content(await readWhen(sharedBroker(), deleted, 40))).toEqual(numbers(20, 60).map(name).sort());
      expect(content(await readWhen(sharedBroker(), other, 60))).toEqual(numbers(0, 60).map(name).sort());
      await waitFor('readiness', async () => (await service.get('/health/ready'))?.ok);
    },
  );
});
