import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { openStore, logins, positionOf, some } from '../redis/fixture.js';
import { uniqueName } from '../support/kafka.js';
import { TestRedis } from '../support/redis.js';
import { RedisScenario } from '../redis/redis-scenario.js';
import { runCommand } from './run-command.js';
import type { CommandInput } from './run-command.js';

const MESSAGES = 600;
/** No Kafka is there. */
const settingsOf = (redis: TestRedis, group: string) => ({
  ...{ STATE_STORE: 'redis', REDIS_URL: redis.url, KAFKA_GROUP_ID: group, INPUT_TOPIC: 'user-login' },
  REDIS_TIMEOUT_MS: '1000',
});

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

describe('login-stream state inspect with STATE_STORE=redis', () => {
  let scenario: RedisScenario | undefined;
  let redis: TestRedis | undefined;
  afterEach(async () => {
    await scenario?.destroy();
    await redis?.stop();
    scenario = redis = undefined;
  });

  const inspect = (group: string, { env, ...input }: CommandInput = {}, args: string[] = []) =>
    runCommand(['state', 'inspect', ...args], { ...input, env: { ...settingsOf(redis!, group), ...env } });

  it('shows what a service has in Redis while it runs, and after it has ended', async () => {
    scenario = await RedisScenario.create({}, { partitions: 2 });
    await scenario.service.send(MESSAGES);
    const service = await scenario.service.start();
    await scenario.service.settled();
    const running = await scenario.command(['inspect']);
    expect([running.exit, running.stderr]).toEqual([0, '']);
    expect(await service.stop()).toBe(0);

    const [keys, found] = [await scenario.keys(), await scenario.inspected()];
    expect(found).toMatchObject({
      address: `127.0.0.1:${scenario.redis.port}`,
      server_version: expect.stringMatching(/^\d+\.\d+/),
      group: scenario.group,
      kind: { format: '1', layout: { INPUT_TOPIC: scenario.service.settings.INPUT_TOPIC } },
      unusable: null,
    });
    const { figures, partitions, summaries, bytes } = found;
    expect([figures!.processed, figures!.filtered, figures!.errors]).toEqual(await scenario.written());
    expect(partitions.reduce((sum, { next_offset }) => sum + next_offset!, 0)).toBe(MESSAGES);
    for (const { next_offset, committed_offset, kept_batches } of partitions)
      expect([committed_offset, kept_batches]).toEqual([next_offset, 0]);
    const written = (await scenario.service.read('SUMMARY')).length;
    expect(written).toBeGreaterThan(0);
    expect(summaries).toEqual({ numbered: written, published: written, waiting: null });
    expect(bytes).toBeGreaterThan(10_000);
    const users = new Set((await scenario.service.read('OUTPUT')).map(({ key }) => String(key)));
    expect(figures).toMatchObject({ users: users.size, unique_users: users.size, summary_sequence: written });

    const { stdout } = await scenario.command(['inspect']);
    expect(stdout).toContain(`Redis at 127.0.0.1:${scenario.redis.port}, version `);
    expect(stdout).toMatch(/PARTITION +APPLIED UP TO +COMMITTED UP TO +BATCHES KEPT\n +0 /);
    expect(stdout).toContain(`${written} numbered, written up to number ${written}\n`);
    for (const user of users) expect(JSON.stringify(found) + stdout).not.toContain(user);
    expect(await scenario.keys()).toEqual(keys);
  });

  it('tells what is kept of a batch that is not committed, and that a summary waits to be written', async () => {
    redis = await TestRedis.start();
    const group = uniqueName('group');
    const store = await openStore({ url: redis.url, group });
    await store.apply(positionOf(3, 0, 5), logins(0, ...some(5, { partition: 3 })), null);
    store.settled(3, 5);
    await store.flushed();
    expect(await store.takeSummary(Date.now())).toMatchObject({ sequence: 1 });
    const waiting = await inspect(group);
    expect(waiting.stdout).toContain(
      'summaries   1 numbered, written up to number 0; number 1 is taken and not written yet, and new records wait for it',
    );
    await store.published(1);
    await store.apply(positionOf(3, 5, 8, 5), logins(5, ...some(3, { partition: 3 })), null);
    store.close();
    const { stdout } = await inspect(group);
    expect(stdout).toContain('  summaries   1 numbered, written up to number 1\n');
    expect(stdout.split('\n').at(-2)!.trim().split(/ +/)).toEqual(['3', '8', '5', '1']);
  });

  it('says what is not as these settings want it, and exits 1', async () => {
    redis = await TestRedis.start();
    const group = uniqueName('group');
    (await openStore({ url: redis.url, group })).close();
    const { exit, stdout } = await inspect(group, { env: { DEDUPE_SECONDS: '300' } });
    expect(exit).toBe(1);
    expect(stdout).toContain(
      'the service refuses it: it is of another kind: DEDUPE_SECONDS was 600 and is 300',
    );
    const client = redis.client();
    await client.hset(`{login-stream:${group}}:meta`, 'format', '99');
    client.disconnect();
    const foreign = await inspect(group, {}, ['--json']);
    expect(foreign.exit).toBe(1);
    expect(JSON.parse(foreign.stdout)).toMatchObject({
      unusable: 'has format 99, and this version needs 1',
      ...{ partitions: [], figures: null, summaries: null },
    });
  });

  it('needs no more rights than the service, does without those that it may lack, and shows no password', async () => {
    redis = await TestRedis.start();
    const group = uniqueName('group');
    (await openStore({ url: redis.url, group })).close();
    const client = redis.client();
    const rights = ['+@all', '-@dangerous', `~{login-stream:${group}}:*`];
    await client.call('ACL', 'SETUSER', 'few', 'on', '>secret', ...rights);
    await client.call('ACL', 'SETUSER', 'fewer', 'on', '>secret', ...rights, '-memory');
    client.disconnect();
    for (const [user, bytes] of [
      ['few', expect.any(Number)],
      ['fewer', null],
    ] as const) {
      const url = `redis://${user}:secret@127.0.0.1:${redis.port}`;
      const { exit, stdout } = await inspect(group, { env: { REDIS_URL: url } }, ['--json']);
      expect([exit, stdout]).toEqual([1, expect.not.stringContaining('secret')]); // the kind of the fixture is another one
      expect(JSON.parse(stdout)).toMatchObject({ server_version: null, bytes });
    }
    const wrong = await inspect(group, {
      env: { REDIS_URL: `redis://few:wrong-word@127.0.0.1:${redis.port}` },
    });
    expect([wrong.exit, wrong.stderr]).toEqual([
      78,
      expect.stringContaining('it does not accept user and password'),
    ]);
    expect(wrong.stderr).not.toContain('wrong-word');
  });

  it('says that there is nothing, and makes nothing', async () => {
    redis = await TestRedis.start();
    const { exit, stdout, stderr } = await inspect('nobody');
    expect([exit, stdout, stderr]).toEqual([
      1,
      '',
      `There is no state of group nobody in Redis at 127.0.0.1:${redis.port}: the service has not run with it.\n`,
    ]);
    const client = redis.client();
    expect(await client.dbsize()).toBe(0);
    client.disconnect();
    const verify = await inspect('nobody', {}, ['--verify']);
    expect([verify.exit, verify.stderr]).toEqual([1, expect.stringContaining('--verify is for files')]);
  });

  it('gives up with a sentence when Redis is away, or does not answer', async () => {
    redis = await TestRedis.start();
    redis.signal('SIGSTOP');
    const frozen = await inspect('nobody');
    redis.signal('SIGCONT');
    expect([frozen.exit, frozen.stderr]).toEqual([
      1,
      `Redis is away: it does not answer (127.0.0.1:${redis.port}, REDIS_URL).\n`,
    ]);
    await redis.kill();
    const away = await inspect('nobody');
    expect([away.exit, away.stdout, away.stderr]).toEqual([
      1,
      '',
      `Redis is away: nobody listens there (127.0.0.1:${redis.port}, REDIS_URL).\n`,
    ]);
  });

  it('is of no use without an address, and backup says how Redis is backed up', async () => {
    const env = { STATE_STORE: 'redis', REDIS_URL: 'redis://127.0.0.1:1' };
    const backup = await runCommand(['state', 'backup', '/nonexistent/backup'], { env });
    expect([backup.exit, backup.stderr]).toEqual([
      1,
      expect.stringContaining('a copy of its snapshot (BGSAVE)'),
    ]);
    const without = await runCommand(['state', 'inspect'], { env: { STATE_STORE: 'redis' } });
    expect([without.exit, without.stderr]).toEqual([78, expect.stringContaining('REDIS_URL')]);
  });
});
