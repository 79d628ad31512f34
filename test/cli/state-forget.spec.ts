import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { StateLock } from '../../src/analytics/durable/state-lock.js';
import { freePort } from '../service/free-port.js';
import { produce, sharedBroker, uniqueName } from '../support/kafka.js';
import type { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { StateScenario } from '../state/state-scenario.js';
import { runCommand } from './run-command.js';
import { hasErasure, inspected, stateCommand, UserTrace } from './state-directory.js';

const ADMIN_TOKEN = 'correct-horse-battery-staple';
const PERSON = 'the-person-to-be-forgotten';
const DEVICE = 'the-device-of-two';

describe('login-stream state forget', () => {
  let scenario: StateScenario;
  let seconds = Math.floor(Date.now() / 1000) - 1_000;
  afterEach(() => scenario?.destroy());

  async function create(settings: Record<string, string> = {}): Promise<void> {
    scenario = await StateScenario.create(sharedBroker(), {
      partitions: 1,
      // No checkpoint comes by itself: what is in files is what the erasure asks for.
      settings: {
        ADMIN_TOKEN,
        HTTP_PORT: String(await freePort()),
        CHECKPOINT_EVERY_SECONDS: '3600',
        ...settings,
      },
    });
  }

  /** Sends a login and waits for the record. */
  async function login(user: string, ip: string): Promise<Record<string, unknown>> {
    const value = JSON.stringify({
      ...{ user_id: user, app_version: '2.3.0', device_type: 'android', ip, locale: 'RU' },
      ...{ device_id: DEVICE, timestamp: ++seconds },
    });
    await produce(sharedBroker(), scenario.settings.INPUT_TOPIC, [{ value }]);
    await scenario.settled();
    return (await scenario.read('OUTPUT')).at(-1)!.json;
  }

  /** A person and another one, on the same device, in a checkpoint; the traffic of others around them. */
  async function remembered(): Promise<UserTrace> {
    await scenario.send(300);
    const service = await scenario.start();
    await login(PERSON, '8.8.8.8');
    expect(await login(PERSON, '9.9.9.9')).toMatchObject({ session_logins: 2, suspicious_login: true });
    expect(await login('another', '9.9.9.9')).toMatchObject({ shared_device: true });
    expect(await service.stop()).toBe(0);
    const trace = await UserTrace.of(scenario.stateDir, PERSON);
    expect(trace.files()).toContainEqual(expect.stringMatching(/^checkpoint-/));
    return trace;
  }

  const expectFirst = async () => {
    const other = await login('another', '9.9.9.9');
    expect(other).toMatchObject({ shared_device: false, session_count: 1 });
    expect(other.session_logins).toBeGreaterThan(1); // of those who were not erased nothing is lost
    expect(await login(PERSON, '7.7.7.7')).toMatchObject({
      session_count: 1,
      session_logins: 1,
      suspicious_login: false,
      logs_from_multiple_locations: false,
    });
  };

  const kill = async (service: ServiceProcess) => {
    service.kill('SIGKILL');
    await service.exit;
  };

  it('erases a user from a running service: from its state for good, and from every file', async () => {
    await create();
    const trace = await remembered();
    const service = await scenario.start();
    await login('another', '9.9.9.9');
    const { exit, stdout, stderr } = await stateCommand(scenario, ['forget', '-'], { stdin: `${PERSON}\n` });
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain(
      'The user is erased from the state. No file of STATE_DIR has anything of the user any more.',
    );
    const { INPUT_TOPIC, OUTPUT_TOPIC, ERROR_TOPIC, FILTERED_TOPIC } = scenario.settings;
    expect(stdout).toContain([INPUT_TOPIC, OUTPUT_TOPIC, ERROR_TOPIC, FILTERED_TOPIC].join(', '));
    await kill(service);
    expect(trace.files()).toEqual([]);
    const next = await scenario.start();
    expect(await next.metric('login_stream_state_losses')).toBe(0);
    await expectFirst();
    await kill(next);
    await scenario.start();
    expect(await login(PERSON, '6.6.6.6')).toMatchObject({
      session_count: 1,
      session_logins: 2,
      suspicious_login: true,
    });
    for (const { output } of scenario.services) expect(output).not.toContain(PERSON);
    expect(service.output).toContain('POST /api/state/forget of 127.0.0.1: done');
  });

  it('is not undone by kill -9 as soon as it is noted, and files are cleaned after the restart without any traffic', async () => {
    await create();
    const trace = await remembered();
    const service = await scenario.start();
    const asked = stateCommand(scenario, ['forget', PERSON]);
    await waitFor('the erasure in a journal', () => hasErasure(scenario.stateDir));
    await kill(service);
    await asked;
    const next = await scenario.start();
    await waitFor('clean files', () => trace.files().length === 0);
    await kill(next);
    await scenario.start();
    expect(trace.files()).toEqual([]);
    await expectFirst();
  });

  it('erases a user from the state of a service that was stopped, before its next start goes on', async () => {
    await create();
    const trace = await remembered();
    const file = join(process.env.TEST_STATE_DIR!, uniqueName('user'));
    writeFileSync(file, `${PERSON}\n`);
    const { exit, stdout } = await stateCommand(scenario, ['forget', '--user-file', file]);
    expect([exit, stdout]).toEqual([0, expect.stringContaining('The erasure is noted in STATE_DIR')]);
    expect((await inspected(scenario)).generations[0].journal).toMatchObject({ entries: 1, erasures: 1 });
    const service = await scenario.start();
    await waitFor('clean files', () => trace.files().length === 0);
    await kill(service);
    await scenario.start();
    await expectFirst();
  });

  it('after kill -9 keeps what the next start needs to take over at once', async () => {
    await create({ KAFKA_SESSION_TIMEOUT_MS: '60000' });
    await remembered();
    const service = await scenario.start();
    await login('another', '9.9.9.9');
    await kill(service);
    expect((await stateCommand(scenario, ['forget', PERSON])).exit).toBe(0);
    const next = await scenario.start();
    expect(next.output).toContain('has been taken out');
    await expectFirst();
  });

  it('says what is wrong with the call: no token, another user of the lock, no state, no such id', async () => {
    await create();
    const service = await scenario.start();
    const withoutToken = await stateCommand(scenario, ['forget', PERSON], { env: { ADMIN_TOKEN: '' } });
    expect([withoutToken.exit, withoutToken.stderr]).toEqual([
      78,
      expect.stringContaining('set ADMIN_TOKEN'),
    ]);
    const unknown = await stateCommand(scenario, ['forget', PERSON]);
    expect([unknown.exit, unknown.stdout]).toEqual([
      0,
      expect.stringContaining('had no row of that user. No file'),
    ]);
    const url = `http://127.0.0.1:${scenario.settings.HTTP_PORT}`;
    const post = (body: string) =>
      fetch(`${url}/api/state/forget`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
        body,
      });
    for (const body of ['{}', '{"user_id":" "}', '{"user_id":1}', `{"user_id":"${'x'.repeat(129)}"}`, '[]'])
      expect((await post(body)).status).toBe(400);
    expect((await fetch(`${url}/api/state/forget`, { method: 'POST' })).status).toBe(401);
    await service.stop();

    const lock = await StateLock.acquire(scenario.stateDir);
    const held = await stateCommand(scenario, ['forget', PERSON]);
    expect([held.exit, held.stderr]).toEqual([1, expect.stringContaining('No service answers at')]);
    await lock.release();
    const nowhere = await runCommand(['state', 'forget', PERSON], { env: { STATE_DIR: '/nonexistent' } });
    expect([nowhere.exit, nowhere.stderr]).toEqual([
      1,
      expect.stringContaining('give its address with --url'),
    ]);
    for (const [args, stdin] of [
      [[], ''],
      [[PERSON, '--user-file', 'x'], ''],
      [['-'], '\n'],
      [['-'], 'one\ntwo\n'],
      [['--user-file', '/nonexistent'], ''],
    ] as const)
      expect((await stateCommand(scenario, ['forget', ...args], { stdin })).exit).toBe(1);
  });

  it('has nothing to erase where nothing is remembered', async () => {
    await create({ STATE_STORE: 'none', PROFILE: 'basic', SUMMARY_TOPIC: '' });
    const service = await scenario.start();
    const url = `http://127.0.0.1:${scenario.settings.HTTP_PORT}`;
    const here = await stateCommand(scenario, ['forget', PERSON]);
    expect([here.exit, here.stderr]).toEqual([1, expect.stringContaining('remembers nothing')]);
    const there = await stateCommand(scenario, ['forget', PERSON, '--url', url]);
    expect([there.exit, there.stderr]).toEqual([
      1,
      `The service at ${url} answered 409: With STATE_STORE=none nothing is remembered of any user.\n`,
    ]);
    expect(await service.stop()).toBe(0);
  });
});
