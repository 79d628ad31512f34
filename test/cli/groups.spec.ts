import { afterEach, describe, expect, it } from '@jest/globals';
import { createTopic, kafkaAt, produce, sharedBroker, uniqueName, withAdmin } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { runCommand } from './run-command.js';

interface Group {
  readonly state: string | null;
  readonly members: readonly { client_id: string; member_id: string; host: string; partitions: number[] }[];
  readonly partitions: readonly Record<string, unknown>[];
  readonly total_lag: number;
}

const settings = () => ({
  KAFKA_BROKERS: sharedBroker(),
  KAFKA_GROUP_ID: uniqueName('group'),
  INPUT_TOPIC: uniqueName('input'),
});

async function groupOf(env: Record<string, string>): Promise<Group> {
  const { exit, stdout } = await runCommand(['groups', '--json'], { env });
  expect(exit).toBe(0);
  return JSON.parse(stdout) as Group;
}

describe('login-stream groups', () => {
  let stop: () => Promise<void> = async () => undefined;
  afterEach(() => stop());

  it('says that there is no such group', async () => {
    const env = settings();
    const text = await runCommand(['groups'], { env });
    expect(text).toEqual({
      exit: 1,
      stdout: '',
      stderr: `There is no group ${env.KAFKA_GROUP_ID}: the service has not run there, or its offsets have expired.\n`,
    });
    const json = await runCommand(['groups', '--json'], { env });
    expect(json.exit).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({
      group: env.KAFKA_GROUP_ID,
      exists: false,
      topic: env.INPUT_TOPIC,
      state: null,
      members: [],
      partitions: [],
      total_lag: 0,
    });
  });

  it('shows what is committed and what is still to be read, without members', async () => {
    const env = settings();
    const { KAFKA_BROKERS: broker, KAFKA_GROUP_ID: groupId, INPUT_TOPIC: topic } = env;
    await createTopic(broker, topic, 2);
    await produce(
      broker,
      topic,
      [0, 0, 0, 1, 1].map((partition) => ({ value: 'x', partition })),
    );
    await withAdmin(broker, (admin) =>
      admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '2' }] }),
    );
    const group = await groupOf(env);
    const common = { start_offset: 0, member_id: null };
    expect(group).toMatchObject({ state: 'Empty', members: [], total_lag: 3 });
    expect(group.partitions).toEqual([
      { ...common, partition: 0, committed_offset: 2, end_offset: 3, lag: 1 },
      { ...common, partition: 1, committed_offset: null, end_offset: 2, lag: 2 },
    ]);
    const { exit, stdout, stderr } = await runCommand(['groups'], { env });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^${groupId}: Empty, 0 members, reads ${topic}$`, 'm'));
    expect(stdout).toMatch(/^ +0 +2 +3 +1 {2}\(none\)$/m);
    expect(stdout).toMatch(/^ +1 +\(none\) +2 +2 {2}\(none\)$/m);
    expect(stdout).toMatch(/^Total lag: 3$/m);
  });

  it('shows the members and which partitions each has', async () => {
    const env = settings();
    const { KAFKA_BROKERS: broker, KAFKA_GROUP_ID: groupId, INPUT_TOPIC: topic } = env;
    await createTopic(broker, topic, 3);
    const consumer = kafkaAt(broker).consumer({ groupId });
    stop = () => consumer.disconnect();
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async () => undefined });
    const group = await waitFor('the group to be stable', async () => {
      const found = await runCommand(['groups', '--json'], { env });
      if (found.exit !== 0) return null;
      const parsed = JSON.parse(found.stdout) as Group;
      return parsed.state === 'Stable' && parsed;
    });
    expect(group.members).toEqual([
      { member_id: expect.any(String), client_id: 'test', host: '127.0.0.1', partitions: [0, 1, 2] },
    ]);
    const [{ member_id }] = group.members;
    expect(group.partitions.map((each) => each.member_id)).toEqual([member_id, member_id, member_id]);
    const { stdout } = await runCommand(['groups'], { env });
    expect(stdout).toMatch(new RegExp(`^${groupId}: Stable, 1 member, reads ${topic}$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^${member_id} +test +127\\.0\\.0\\.1 +0, 1, 2$`, 'm'));
  });

  it('says that the input topic does not exist', async () => {
    const env = settings();
    const other = uniqueName('other');
    await createTopic(env.KAFKA_BROKERS, other, 1);
    await withAdmin(env.KAFKA_BROKERS, (admin) =>
      admin.setOffsets({
        groupId: env.KAFKA_GROUP_ID,
        topic: other,
        partitions: [{ partition: 0, offset: '0' }],
      }),
    );
    const { exit, stdout, stderr } = await runCommand(['groups'], { env });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/Empty, 0 members/);
    expect(stderr).toBe(`The input topic ${env.INPUT_TOPIC} does not exist.\n`);
  });
});
