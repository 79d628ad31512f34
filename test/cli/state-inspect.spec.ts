import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { StateScenario } from '../state/state-scenario.js';
import { runCommand } from './run-command.js';
import { damage, inspected, newest, stateCommand } from './state-directory.js';

const MESSAGES = 600;

describe('login-stream state inspect', () => {
  let scenario: StateScenario;
  afterEach(() => scenario?.destroy());

  async function used(): Promise<StateScenario> {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 2 });
    return scenario;
  }

  it('shows what a service keeps while it runs, and after it has ended', async () => {
    await used();
    await scenario.send(MESSAGES);
    const service = await scenario.start();
    await scenario.settled();
    const { held_by, generations, damage: found } = await inspected(scenario);
    expect(held_by).toMatchObject({ pid: service.child.pid });
    expect(found).toEqual([]);
    const running = await stateCommand(scenario, ['inspect']);
    expect(running.exit).toBe(0);
    expect(running.stdout).toContain(`in use by process ${service.child.pid} on `);
    expect(running.stdout).toContain(
      `group ${scenario.settings.KAFKA_GROUP_ID}, topic ${scenario.settings.INPUT_TOPIC}, cluster `,
    );
    expect(generations.length).toBeGreaterThan(0);
    expect(await service.stop()).toBe(0);

    const stopped = await inspected(scenario);
    expect(stopped).toMatchObject({
      directory: scenario.stateDir,
      held_by: null,
      verified: true,
      damage: [],
    });
    const { checkpoint } = stopped.generations[0];
    expect(checkpoint).toMatchObject({
      service_version: expect.stringMatching(/^\d/),
      group: scenario.settings.KAFKA_GROUP_ID,
      topic: scenario.settings.INPUT_TOPIC,
    });
    const counts = await Promise.all(
      (['OUTPUT', 'FILTERED', 'ERROR'] as const).map(async (topic) => (await scenario.read(topic)).length),
    );
    const { figures, positions, created_at } = checkpoint!;
    expect([figures.processed, figures.filtered, figures.errors]).toEqual(counts);
    expect(figures.processed + figures.filtered + figures.errors).toBe(MESSAGES);
    expect(positions.reduce((sum, { next_offset }) => sum + next_offset, 0)).toBe(MESSAGES);
    expect(Math.abs(Date.parse(created_at) - Date.now())).toBeLessThan(60_000);
    const users = new Set((await scenario.read('OUTPUT')).map(({ key }) => String(key)));
    expect(figures).toMatchObject({ users: users.size, unique_users: users.size });
    const all = JSON.stringify(stopped) + (await stateCommand(scenario, ['inspect'])).stdout;
    for (const user of users) expect(all).not.toContain(user);
  });

  it('shows the journal of what came after a checkpoint', async () => {
    await used();
    await scenario.send(MESSAGES);
    const service = await scenario.start({ CHECKPOINT_EVERY_SECONDS: '3600' });
    await scenario.settled();
    service.kill('SIGKILL');
    await service.exit;
    const { generations } = await inspected(scenario);
    const batches = generations.flatMap(({ journal }) => journal?.partitions ?? []);
    expect(batches.reduce((sum, { from, end }) => sum + end - from, 0)).toBe(MESSAGES);
    expect((await stateCommand(scenario, ['inspect'])).stdout).toMatch(
      /journal {5}[\d,]+ entries \(\d+ batches\)/,
    );
    // A journal alone is nothing that is wrong.
    await stateCommand(scenario, ['forget', 'somebody']);
    const { exit, stdout } = await stateCommand(scenario, ['inspect']);
    expect([exit, stdout]).toEqual([
      0,
      expect.stringMatching(/checkpoint {2}none, .*\n {2}journal {5}1 entries \(1 erasures/),
    ]);
  });

  it('says what is damaged, and exits 1; checksums are compared with --verify', async () => {
    await used();
    await scenario.send(MESSAGES);
    await scenario.finish();
    const checkpoint = await newest(scenario.stateDir, 'checkpoint');
    damage(checkpoint, 16);
    const whole = await stateCommand(scenario, ['inspect', '--verify']);
    expect([whole.exit, whole.stdout]).toEqual([
      1,
      expect.stringMatching(/Damaged: The checkpoint .* its column users\.rows is not what was written/),
    ]);
    const backup = await stateCommand(scenario, ['backup', join(scenario.stateDir, '..', 'none')]);
    expect([backup.exit, backup.stderr]).toEqual([1, expect.stringContaining('The state is damaged')]);
    truncateSync(checkpoint, 1_000);
    writeFileSync(await newest(scenario.stateDir, 'journal'), 'something else that is far too short');
    const { exit, stdout } = await stateCommand(scenario, ['inspect', '--json']);
    expect(exit).toBe(1);
    expect((JSON.parse(stdout) as { damage: string[] }).damage).toEqual([
      expect.stringContaining('it ends early'),
      expect.stringContaining('is no journal of this service'),
    ]);
    for (const name of readdirSync(scenario.stateDir))
      if (name.startsWith('checkpoint')) truncateSync(join(scenario.stateDir, name), 100);
    const forget = await stateCommand(scenario, ['forget', 'somebody']);
    expect([forget.exit, forget.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Nobody can be erased .*\. The checkpoint .* is damaged .*[^.]\. "login-stream state reset"/,
      ),
    ]);
  });

  it('says that there is nothing, or nothing here', async () => {
    const nowhere = await runCommand(['state', 'inspect'], { env: { STATE_DIR: '/nonexistent/state' } });
    expect(nowhere).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'There is no state in /nonexistent/state (STATE_DIR): the service has not run there.\n',
    });
    const none = await runCommand(['state', 'inspect'], { env: { STATE_STORE: 'none', PROFILE: 'basic' } });
    expect([none.exit, none.stderr]).toEqual([1, expect.stringContaining('remembers nothing')]);
  });
});
