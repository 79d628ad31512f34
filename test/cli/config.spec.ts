import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCommand, runIntoClosedPipe } from './run-command.js';

interface Config {
  readonly profile: string;
  readonly settings: readonly { name: string; value: string | null; source: string; group: string }[];
}

const settingOf = (stdout: string, name: string) =>
  (JSON.parse(stdout) as Config).settings.find((setting) => setting.name === name);

describe('login-stream config', () => {
  it('shows every setting with its value and where that comes from', async () => {
    const { exit, stdout, stderr } = await runCommand(['config'], {
      env: { DEVICE_TYPES: 'android,web', ERROR_TOPIC: '' },
    });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ {2}DEVICE_TYPES +android,web +variable$/m);
    expect(stdout).toMatch(/^ {2}APP_VERSIONS +\* +default$/m);
    expect(stdout).toMatch(/^ {2}ERROR_TOPIC +\(empty: off\) +variable$/m);
    expect(stdout).toMatch(/^ {2}KAFKA_SSL_CA_FILE +\(none\) +default$/m);
    expect(stderr).toBe('');
  });

  it('hides secrets, and says when one comes from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    try {
      const file = join(folder, 'password');
      await writeFile(file, 'hunter2\n');
      const env = {
        KAFKA_BROKERS: 'localhost:9092',
        KAFKA_SASL_MECHANISM: 'plain',
        KAFKA_SASL_USERNAME: 'service',
        KAFKA_SASL_PASSWORD_FILE: file,
        PRIVACY_KEY: 'swordfish-swordfish',
      };
      const text = await runCommand(['config'], { env });
      expect(text.stdout).toMatch(/KAFKA_SASL_PASSWORD +\(hidden\) +file of KAFKA_SASL_PASSWORD_FILE$/m);
      const json = await runCommand(['config', '--json'], { env });
      expect(settingOf(json.stdout, 'KAFKA_SASL_PASSWORD')).toMatchObject({
        value: '(hidden)',
        source: 'file',
      });
      expect(settingOf(json.stdout, 'PRIVACY_KEY')).toMatchObject({ value: '(hidden)', source: 'variable' });
      for (const { stdout, stderr } of [text, json]) expect(stdout + stderr).not.toMatch(/hunter2|swordfish/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('shows with --changed only what is not at its default', async () => {
    const { stdout } = await runCommand(['config', '--changed', '--json'], {
      env: { KAFKA_GROUP_ID: 'others', SUMMARY_TOPIC: '' },
    });
    expect(JSON.parse(stdout)).toEqual({
      profile: 'standard',
      settings: [
        { name: 'KAFKA_GROUP_ID', value: 'others', source: 'variable', group: 'Kafka connection' },
        { name: 'SUMMARY_TOPIC', value: '', source: 'variable', group: 'Topics' },
      ],
    });
    const none = await runCommand(['config', '--changed']);
    expect(none).toEqual({ exit: 0, stdout: '', stderr: 'All settings are at their defaults.\n' });
  });

  it('lists every bad setting on standard error, without its value, and exits with 78', async () => {
    const { exit, stdout, stderr } = await runCommand(['config', '--json'], {
      env: { BATCH_MAX_BYTES: 'lots', DELIVERY: 'perhaps', DELIVER: 'exactly-once' },
    });
    expect(exit).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^2 bad settings:/);
    expect(stderr).toMatch(/BATCH_MAX_BYTES must be/);
    expect(stderr).toMatch(/DELIVERY must be exactly-once or at-least-once/);
    expect(stderr).toMatch(/DELIVER looks like DELIVERY/);
    expect(stderr).not.toMatch(/lots|perhaps/);
  });

  it('warns of misspelt variables on standard error', async () => {
    const { exit, stdout, stderr } = await runCommand(['config', '--json'], {
      env: { DEVICE_TYPE: 'web' },
    });
    expect(exit).toBe(0);
    expect(stderr).toBe('Warning: DEVICE_TYPE looks like DEVICE_TYPES; it is ignored\n');
    expect(settingOf(stdout, 'DEVICE_TYPES')).toMatchObject({ value: 'android,ios', source: 'default' });
  });
});

describe('the command line', () => {
  it.each(['config', 'topics', 'groups', 'explain'])(
    'tells what %s does, with examples and exit codes',
    async (name) => {
      const { exit, stdout, stderr } = await runCommand([name, '--help']);
      expect(exit).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toMatch(new RegExp(`^Usage: login-stream ${name}`));
      expect(stdout).toMatch(new RegExp(`Examples:\\n {2}login-stream ${name}`));
      expect(stdout).toMatch(/Exit codes:\n {3}0 {2}/);
      expect(stdout).toMatch(/--json/);
    },
  );

  it('lists every command in one line or two', async () => {
    const { exit, stdout } = await runCommand(['--help']);
    expect(exit).toBe(0);
    for (const name of ['demo', 'generate', 'tail', 'explain', 'config', 'topics', 'groups'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each([
    [['config', '--jsno'], /unknown option '--jsno'.*\n.*--json/],
    [['confg'], /unknown command 'confg'.*\n.*config/],
    [['explain', '{}', '--arrival', 'soon'], /--arrival.*ISO 8601/],
  ])('says what is wrong with %j on standard error and exits with 1', async (args, message) => {
    const { exit, stdout, stderr } = await runCommand(args);
    expect(exit).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('ends quietly when nobody reads its output any more', async () => {
    expect(await runIntoClosedPipe(['config'])).toEqual({ exit: 0, stderr: '' });
  });

  it('writes no colours into a pipe', async () => {
    for (const args of [['config'], ['explain', '{}'], ['--help']]) {
      const { stdout } = await runCommand(args, { env: { FORCE_COLOR: '1' } });
      expect(stdout).not.toContain('\u001b');
    }
  });
});
