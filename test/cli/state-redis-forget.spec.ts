import { afterEach, describe, expect, it } from '@jest/globals';
import { userKeysOf } from '../../src/analytics/login-tables.js';
import { freePort } from '../service/free-port.js';
import { produce, sharedBroker } from '../support/kafka.js';
import { RedisScenario } from '../redis/redis-scenario.js';

const PERSON = 'the-person-to-be-forgotten';
const DEVICE = 'the-device-of-two';
const ADMIN_TOKEN = 'correct-horse-battery-staple';
const ERASED = 'The user is erased from the state.\n';

describe('login-stream state forget with STATE_STORE=redis', () => {
  let scenario: RedisScenario;
  let seconds = Math.floor(Date.now() / 1000) - 1_000;
  afterEach(() => scenario.destroy());

  const login = async (user: string, ip: string): Promise<Record<string, unknown>> => {
    const value = JSON.stringify({
      ...{ user_id: user, app_version: '2.3.0', device_type: 'android', ip, locale: 'RU' },
      ...{ device_id: DEVICE, timestamp: ++seconds },
    });
    await produce(sharedBroker(), scenario.service.settings.INPUT_TOPIC, [{ value }]);
    await scenario.service.settled();
    return (await scenario.service.read('OUTPUT')).at(-1)!.json;
  };

  /** A person and another one, on the same device, and others around them; the service has ended. */
  async function remembered(): Promise<void> {
    const HTTP_PORT = String(await freePort());
    scenario = await RedisScenario.create({ ADMIN_TOKEN, HTTP_PORT });
    await scenario.service.send(300);
    const service = await scenario.service.start();
    await login(PERSON, '8.8.8.8');
    await login(PERSON, '9.9.9.9');
    await login('another', '9.9.9.9');
    expect(await service.stop()).toBe(0);
  }

  /** Keys in which there is a hash of the person. */
  const traces = (): Promise<string[]> =>
    scenario.withClient(async (client) => {
      const meta = `{login-stream:${scenario.group}}:meta`;
      const key = (await client.hget(meta, 'key'))!;
      const halves = [key.slice(0, 8), key.slice(8)].map((half) => Number.parseInt(half, 16));
      const { hi, lo, deviceHi, deviceLo } = userKeysOf(PERSON, [halves[0], halves[1]]);
      const patterns = [
        [hi, lo],
        [deviceHi, deviceLo],
      ].map(([high, low]) => {
        const bytes = Buffer.alloc(8);
        bytes.writeInt32BE(high, 0);
        bytes.writeInt32BE(low, 4);
        return bytes;
      });
      const found: string[] = [];
      for (const name of await client.keys('*')) {
        const type = await client.type(name);
        const content =
          type === 'hash'
            ? ((await client.callBuffer('HGETALL', name)) as Buffer[])
            : type === 'set'
              ? await client.smembersBuffer(name)
              : [];
        if (content.some((each) => patterns.some((pattern) => each.includes(pattern)))) found.push(name);
      }
      return found.map((name) => name.split(':').at(-1)!).sort();
    });

  it('erases a user from Redis while no instance runs, and says what remains', async () => {
    await remembered();
    expect(await traces()).toEqual(['devices', 'seenUsers', 'users']);
    const { exit, stdout, stderr } = await scenario.command(['forget', '-'], { stdin: `${PERSON}\n` });
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${ERASED}What remains:\n- Kafka keeps records`);
    expect(stdout).toContain('append-only file with BGREWRITEAOF');
    expect(stdout).not.toContain('STATE_DIR');
    expect(await traces()).toEqual([]);
    await scenario.service.start();
    expect(await login('another', '9.9.9.9')).toMatchObject({ session_count: 1, session_logins: 2 });
    expect(await login(PERSON, '7.7.7.7')).toMatchObject({ session_count: 1, session_logins: 1 });
  });

  it('erases a user while instances run, and lets one of them do it where its address is given', async () => {
    await remembered();
    const service = await scenario.service.start();
    const here = await scenario.command(['forget', PERSON], { env: { ADMIN_TOKEN: '' } });
    expect([here.exit, here.stdout]).toEqual([0, expect.stringContaining(ERASED)]);
    expect(await login(PERSON, '7.7.7.7')).toMatchObject({ session_count: 1, session_logins: 1 });
    const url = `http://127.0.0.1:${scenario.service.settings.HTTP_PORT}`;
    const there = await scenario.command(['forget', PERSON, '--url', url], {
      // What remains is said of the state of who was asked.
      env: { STATE_STORE: 'embedded' },
    });
    expect([there.exit, there.stdout]).toEqual([0, expect.stringContaining(ERASED)]);
    expect(there.stdout).toContain('append-only file');
    expect(await traces()).toEqual([]);
    expect(service.output).toContain('POST /api/state/forget of 127.0.0.1: done');
    const again = await scenario.command(['forget', PERSON]);
    expect([again.exit, again.stdout]).toEqual([
      0,
      expect.stringContaining('The state had no row of that user.\n'),
    ]);
  });

  it('makes no state where there is none, and leaves one of another kind alone', async () => {
    await remembered();
    const other = await scenario.command(['forget', PERSON], { env: { DEDUPE_SECONDS: '300' } });
    expect([other.exit, other.stderr]).toEqual([78, expect.stringContaining('is of another kind')]);
    const keys = await scenario.keys();
    const nobody = await scenario.command(['forget', PERSON], { env: { KAFKA_GROUP_ID: 'nobody' } });
    expect([nobody.exit, nobody.stderr]).toEqual([
      1,
      expect.stringContaining('There is no state of group nobody in Redis at'),
    ]);
    expect(await scenario.keys()).toEqual(keys);
    expect((await traces()).length).toBe(3);
  });
});
