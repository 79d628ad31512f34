import { afterEach, describe, expect, it } from '@jest/globals';
import { login } from '../kafka/service-fixture.js';
import { sharedBroker, withAdmin } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact } from './expect-exact.js';
import { StateScenario } from './state-scenario.js';

const EX_CONFIG = 78;
const LENIENT = { STATE_RECOVERY: 'lenient' };

const logins = (first: number, count: number, partition = 0) =>
  Array.from({ length: count }, (_, index) => login(first + index, { partition }));

describe('What a recovery needs and Kafka has not any more', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  /** Counts 100 logins that are in a checkpoint, then 100 that are in the journal alone, and is killed. */
  async function crash(settings: Record<string, string> = {}): Promise<void> {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 2, settings });
    await scenario.sendAll(logins(0, 100));
    await scenario.finish();
    const service = await scenario.start({ CHECKPOINT_EVERY_SECONDS: '3600' });
    await scenario.sendAll(logins(100, 100));
    await scenario.settled();
    await scenario.kill(service);
  }

  async function deleteRecordsBefore(offset: string): Promise<void> {
    const topic = scenario.settings.INPUT_TOPIC;
    await withAdmin(sharedBroker(), async (admin) => {
      await admin.fetchTopicOffsets(topic); // it has to know the topic
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] });
    });
  }

  async function refused(): Promise<string> {
    const service = scenario.spawn();
    expect(await service.exit).toBe(EX_CONFIG);
    expect(service.output).toContain('STATE_RECOVERY=strict does not accept this');
    expect(service.output).toMatch(/set STATE_RECOVERY=lenient for one start.*login-stream state reset/);
    return service.output;
  }

  /** Starts with less than there was; then health says so. */
  async function accepted(says: RegExp): Promise<void> {
    const service = await scenario.start(LENIENT);
    const health = (await (await service.get('/health'))!.json()) as Record<string, never>;
    expect(health).toMatchObject({
      status: 'degraded',
      details: { state: { status: 'down', missing: [expect.stringMatching(says)] } },
    });
    expect((await service.get('/health/ready'))!.status).toBe(200);
    expect(await service.metric('login_stream_state_losses')).toBe(1);
    expect(service.output).toMatch(/accepted with STATE_RECOVERY=lenient/);
  }

  async function totals(): Promise<unknown[]> {
    return (await scenario.read('OUTPUT')).map(({ json }) => json.total_logins_for_version);
  }

  /** What `count` further logins say, once everything is worked off, and that nothing was written twice. */
  async function further(count: number): Promise<unknown[]> {
    await scenario.sendAll(logins(1_000, count));
    await scenario.settled();
    expect(await scenario.services.at(-1)!.stop()).toBe(0);
    const all = await totals();
    expect(all).toHaveLength(scenario.inputs.length);
    return all.slice(-count);
  }

  it('names the offsets when retention has taken records that came after the checkpoint', async () => {
    await crash();
    await deleteRecordsBefore('130');
    const says =
      /offsets 100–129 of partition 0 are gone from the input \(it begins at 130\): state needs them/;
    expect(await refused()).toMatch(says);
    expect(await refused()).toMatch(says);
    await accepted(says);
    expect(await further(2)).toEqual([171, 172]);
    // From here on there is nothing to accept.
    await scenario.finish();
  });

  it('does not mind that retention has taken what is in the checkpoint', async () => {
    await crash();
    await deleteRecordsBefore('100');
    await scenario.start();
    expect(await further(2)).toEqual([201, 202]);
    await expectExact(scenario);
  });

  it('goes on where state is when the committed offsets are gone, if that is accepted', async () => {
    await crash();
    const group = scenario.settings.KAFKA_GROUP_ID;
    await waitFor('the member that died to be gone', () =>
      withAdmin(sharedBroker(), (admin) => admin.deleteGroups([group])).catch(() => null),
    );
    const says = /the committed offset of partition 0 is gone .*state goes on at offset 200/;
    const output = await refused();
    expect(output).toMatch(says);
    // It would do everything again.
    expect(output).not.toContain('to count everything anew');
    await accepted(says);
    expect(await further(2)).toEqual([201, 202]);
    await expectExact(scenario);
  });

  it('refuses when an operator has moved the offsets back, and counts the input anew if that is accepted', async () => {
    await crash();
    const { KAFKA_GROUP_ID: groupId, INPUT_TOPIC: topic } = scenario.settings;
    // The broker still has the member that died.
    await scenario.finish();
    await withAdmin(sharedBroker(), (admin) =>
      admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '0' }] }),
    );
    const output = await refused();
    expect(output).toMatch(/counts partition 0 up to offset 200, and only 0 is committed/);
    expect(output).toContain("somebody has moved the group's offsets back");
    const service = await scenario.start(LENIENT);
    await scenario.settled();
    expect(await service.stop()).toBe(0);
    // As was asked for: everything once more, counted from the beginning.
    const all = await totals();
    expect(all).toHaveLength(400);
    expect(all.slice(200)).toEqual(all.slice(0, 200));
  });
});
