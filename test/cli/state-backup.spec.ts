import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { expectSame, StateScenario } from '../state/state-scenario.js';
import { inspected, stateCommand } from './state-directory.js';

describe('login-stream state backup', () => {
  let scenario: StateScenario;
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'login-stream-backup-'));
  });
  afterEach(async () => {
    await scenario?.destroy();
    rmSync(place, { recursive: true, force: true });
  });

  it('copies a state that changes all the time, and what is restored from it goes on as if nothing had happened', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    const over = new AbortController();
    const feeding = scenario.feed(800, over.signal);
    const service = await scenario.start();
    const backups: string[] = [];
    for (let number = 0; number < 4; number++) {
      const before = await scenario.committed();
      await waitFor('commits', async () => (await scenario.committed()) > before + 300);
      const target = join(place, `deep/backup-${number}`);
      const { exit, stdout, stderr } = await stateCommand(scenario, ['backup', target]);
      expect([exit, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/ checkpoints and \d+ journals with [\d,]+ entries, .*, verified\.\n/);
      expect(stdout).toContain('To restore it: stop the service');
      const { damage, generations } = await inspected(scenario, { STATE_DIR: target });
      expect(damage).toEqual([]);
      expect(generations.at(-1)!.checkpoint).not.toBeNull();
      expect(statSync(target).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(target)) expect(statSync(join(target, name)).mode & 0o777).toBe(0o600);
      backups.push(target);
    }
    expect(readdirSync(join(place, 'deep')).sort()).toEqual(backups.map((path) => path.slice(-8)));
    const atBackup = await scenario.committed();
    await waitFor('commits', async () => (await scenario.committed()) > atBackup + 500);
    service.kill('SIGKILL');
    await service.exit;
    over.abort();
    await feeding;

    rmSync(scenario.stateDir, { recursive: true });
    cpSync(backups[1], scenario.stateDir, { recursive: true });
    await scenario.finish();
    expect(scenario.services.at(-1)!.output).toMatch(/[1-9]\d* records are read again/);
    await expectSame(scenario, await scenario.again());
  });

  it('leaves nothing behind that is not whole, and touches nothing that is there', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    await scenario.send(50);
    await scenario.finish();
    const used = join(place, 'used');
    mkdirSync(used);
    writeFileSync(join(used, 'something'), '');
    const refused = await stateCommand(scenario, ['backup', used]);
    expect([refused.exit, refused.stderr]).toEqual([1, expect.stringContaining('is not empty')]);
    const inside = await stateCommand(scenario, ['backup', join(scenario.stateDir, 'backup')]);
    expect([inside.exit, inside.stderr]).toEqual([1, 'The backup must not be inside STATE_DIR.\n']);
    const file = await stateCommand(scenario, ['backup', join(used, 'something')]);
    expect([file.exit, file.stderr]).toEqual([1, expect.stringContaining('is no directory')]);
    expect(readdirSync(place)).toEqual(['used']);
    expect(readdirSync(scenario.stateDir).filter((name) => name.includes('backup'))).toEqual([]);
    const empty = join(place, 'empty');
    mkdirSync(empty);
    expect((await stateCommand(scenario, ['backup', empty])).exit).toBe(0);
    expect(readdirSync(empty).length).toBeGreaterThan(1);
    const nothing = await stateCommand(scenario, ['backup', join(place, 'new')], {
      env: { STATE_DIR: used },
    });
    expect([nothing.exit, nothing.stderr]).toEqual([1, expect.stringContaining('There is no checkpoint')]);
    expect(existsSync(join(place, 'new'))).toBe(false);
  });
});
