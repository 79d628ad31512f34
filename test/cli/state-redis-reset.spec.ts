import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker, withAdmin } from '../support/kafka.js';
import { RedisScenario } from '../redis/redis-scenario.js';

const MESSAGES = 700;
const MORE = 50;

describe('login-stream state reset with STATE_STORE=redis', () => {
  let scenario: RedisScenario;
  afterEach(() => scenario.destroy());

  /** An input that is worked off, by a service that has ended. */
  async function worked(options: Parameters<typeof RedisScenario.create>[1] = {}): Promise<number[]> {
    scenario = await RedisScenario.create({}, options);
    await scenario.service.send(MESSAGES);
    await scenario.service.finish();
    return scenario.written();
  }

  /** Counted by state, as what became of records is. */
  const counted = async () => {
    const { processed, filtered, errors } = (await scenario.inspected()).figures!;
    return [processed, filtered, errors];
  };

  const loseBefore = (offset: number) =>
    withAdmin(sharedBroker(), async (admin) => {
      const topic = scenario.service.settings.INPUT_TOPIC;
      await admin.fetchTopicOffsets(topic); // deleting needs to know the leader
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    });

  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

  it('says what it would do, and does nothing without --yes', async () => {
    await worked();
    const keys = await scenario.keys();
    const { exit, stdout, stderr } = await scenario.command(['reset', '--offsets', 'beginning']);
    expect([exit, stderr]).toEqual([2, 'Nothing was done: give --yes to do it.\n']);
    expect(stdout).toContain(
      `All state of group ${scenario.group} in Redis at 127.0.0.1:${scenario.redis.port} would be removed: ${keys.length} keys.`,
    );
    expect(stdout).toContain('every outcome is written again');
    expect((await scenario.command(['reset'])).stdout).toContain('would be kept');
    expect(await scenario.keys()).toEqual(keys);
    expect(await scenario.service.committed()).toBe(MESSAGES);
  });

  it('is refused while an instance runs, and where the cluster cannot be asked', async () => {
    await worked();
    const service = await scenario.service.start();
    const keys = await scenario.keys();
    const running = await scenario.command(['reset', '--yes']);
    expect([running.exit, running.stderr]).toEqual([
      1,
      expect.stringContaining(`Group ${scenario.group} has members (from`),
    ]);
    expect(await service.stop()).toBe(0);
    const blind = await scenario.command(['reset', '--yes'], { env: { KAFKA_BROKERS: '127.0.0.1:1' } });
    expect([blind.exit, blind.stderr]).toEqual([1, expect.stringContaining('Cannot reach Kafka')]);
    expect(await scenario.keys()).toEqual(keys);
  });

  it('makes the next start count what is committed again, and write nothing for it', async () => {
    await worked({ partitions: 2 });
    const { exit, stdout, stderr } = await scenario.command(['reset', '--yes']);
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`The state of group ${scenario.group} in Redis at `);
    expect(stdout).toContain('counts again what the input still has');
    const { kind, partitions, figures } = await scenario.inspected();
    expect([kind, figures, partitions.map(({ next_offset }) => next_offset)]).toEqual([null, null, [0, 0]]);
    expect((await scenario.command(['inspect'])).stdout).toContain(
      'it was reset, and the next start makes it anew',
    );
    await scenario.service.send(MORE);
    await scenario.service.finish();
    const records = await scenario.written();
    expect(total(records)).toBe(MESSAGES + MORE);
    expect(await counted()).toEqual(records);
  });

  it('with the offsets, makes the next start process everything again, with the same totals', async () => {
    const records = await worked();
    const { exit, stdout, stderr } = await scenario.command(['reset', '--offsets', 'beginning', '--yes']);
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain('moved to the beginning');
    expect(await scenario.service.committed()).toBe(0);
    await scenario.service.finish();
    expect(await counted()).toEqual(records);
    expect(await scenario.written()).toEqual(records.map((count) => 2 * count));
    const numbers = (await scenario.service.read('SUMMARY')).map(({ json }) => json.sequence as number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it.each([
    ['keep', 0],
    ['beginning', MESSAGES - 600],
  ] as const)(
    'of an input that has lost its beginning, and loses more before the start, the next start does without that (--offsets %s)',
    async (offsets, again) => {
      const records = await worked();
      await loseBefore(500);
      expect((await scenario.command(['reset', '--offsets', offsets, '--yes'])).exit).toBe(0);
      expect((await scenario.inspected()).partitions).toMatchObject([{ next_offset: 500 }]);
      await loseBefore(600);
      await scenario.service.send(MORE);
      await scenario.service.finish();
      const counts = await counted();
      expect(total(counts)).toBe(MESSAGES - 600 + MORE);
      expect(total(await scenario.written())).toBe(total(records) + again + MORE);
      const { output } = scenario.service.services.at(-1)!;
      expect(output).not.toContain('"level":"error"');
      if (offsets === 'keep') expect(output).toContain('offsets 500–599 of ');
    },
  );

  it.each(['keep', 'beginning'])(
    'of an input that has lost more than what is committed, the next start goes on with what there is (--offsets %s)',
    async (offsets) => {
      const left = 100;
      const records = await worked();
      await scenario.service.send(2 * left);
      await loseBefore(MESSAGES + left);
      expect((await scenario.command(['reset', '--offsets', offsets, '--yes'])).exit).toBe(0);
      await scenario.service.finish();
      expect(total(await counted())).toBe(left);
      expect(total(await scenario.written())).toBe(total(records) + left);
    },
  );

  it('does not excuse what is lost without it: state that is gone with its input stops a strict service', async () => {
    await worked();
    await loseBefore(500);
    await scenario.withClient((client) => client.flushall());
    await scenario.service.send(MORE);
    const service = scenario.service.spawn();
    expect(await service.exit).toBe(1);
    expect(service.output).toContain(
      'Redis has lost the state, and the input it came from is gone: offsets 0–499 of',
    );
  });

  it('mends what a start refuses: state of another kind, or of another format', async () => {
    await worked();
    const refused = async (settings: Record<string, string>, sentence: string) => {
      const service = scenario.service.spawn(settings);
      expect(await service.exit).toBe(78);
      expect(service.output).toContain(sentence);
      expect(service.output).toContain('or reset the state: login-stream state reset');
    };
    const changed = { DEDUPE_SECONDS: '300' };
    await refused(changed, 'is of another kind: DEDUPE_SECONDS was 600 and is 300');
    expect((await scenario.command(['reset', '--yes'], { env: changed })).exit).toBe(0);
    const service = await scenario.service.start(changed);
    await scenario.service.send(MORE);
    await scenario.service.settled();
    expect(await service.stop()).toBe(0);

    await scenario.withClient(async (client) => {
      await client.hset(`{login-stream:${scenario.group}}:meta`, 'format', '99');
      await client.set(`{login-stream:${scenario.group}}:of-another-format`, 'x');
    });
    await refused(changed, 'has format 99, and this version needs 1');
    expect((await scenario.command(['reset', '--yes'])).exit).toBe(0);
    expect((await scenario.keys()).map((key) => key.split(':').at(-1))).toEqual([
      'fence',
      'reset',
      'settled',
    ]);
    await scenario.service.send(MORE);
    await scenario.service.finish();
    expect(await counted()).toEqual(await scenario.written());
  });
});
