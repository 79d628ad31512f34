import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { loadSettings } from './load-settings.js';
import { testSettings } from './testing.js';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = join(folder, `${text.length}`);
  writeFileSync(file, text);
  return file;
}

function failureOf(env: NodeJS.ProcessEnv): InvalidSettingsError {
  try {
    testSettings(env);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error;
    throw error;
  }
  throw new Error('These settings were expected to be refused.');
}

describe('loadSettings', () => {
  it('takes the variable before the preset, and that before the default', () => {
    const profiles = { basic: { settings: { HTTP_PORT: '1', LOG_LEVEL: 'warn' } } };
    const settings = testSettings({ PROFILE: 'basic', HTTP_PORT: '2' }, profiles);
    expect(settings.http).toMatchObject({ host: '127.0.0.1', port: 2 });
    expect(settings.log.level).toBe('warn');
    expect(settings.profile.profile).toBe('basic');
  });

  it('counts an empty variable as unset', () => {
    const profiles = { standard: { settings: { HTTP_PORT: '1' } } };
    const settings = testSettings({ PROFILE: '', HTTP_PORT: '', DEVICE_TYPES: '' }, profiles);
    expect(settings.http.port).toBe(1);
    expect(settings.filter.deviceTypes).toEqual(['android', 'ios']);
  });

  it('reads lists in their own spelling', () => {
    const { filter } = testSettings({ DEVICE_TYPES: 'Android, iOS ,web', APP_VERSIONS: '2.3.0,10.0.1' });
    expect(filter.deviceTypes).toEqual(['android', 'ios', 'web']);
    expect(filter.appVersions).toEqual(['2.3.0', '10.0.1']);
    expect(testSettings({ DEVICE_TYPES: '*' }).filter.deviceTypes).toBe('*');
  });

  it('makes pretty logs the default on a terminal only', () => {
    const profiles = { standard: { settings: {} } };
    const formatOf = (env: NodeJS.ProcessEnv) =>
      loadSettings(env, { profiles, stdoutIsTty: true }).settings.log.format;
    expect(formatOf({})).toBe('pretty');
    expect(formatOf({ LOG_FORMAT: 'json' })).toBe('json');
    expect(testSettings().log.format).toBe('json');
  });

  it('lists every bad setting by name, without its value', () => {
    const env = {
      PROFILE: 'sekret-profile',
      HTTP_HOST: '10.0.0.999',
      HTTP_PORT: '70001',
      DELIVERY: 'sekret-delivery',
      APP_VERSIONS: '2.x',
      DEVICE_TYPES: 'ios,*',
      PRIVACY_KEY_FILE: '/sekret/missing',
      KAFKA_SSL: 'sekret',
    };
    const { message, problems } = failureOf(env);
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PROFILE',
      'KAFKA_SSL',
      'DELIVERY',
      'DEVICE_TYPES',
      'APP_VERSIONS',
      'PRIVACY_KEY_FILE',
      'HTTP_HOST',
      'HTTP_PORT',
    ]);
    for (const problem of problems) expect(message).toContain(problem);
    for (const value of Object.values(env)) expect(message).not.toContain(value);
    expect(message).toContain('DELIVERY must be exactly-once or at-least-once');
    expect(message).toContain('HTTP_PORT must be an integer from 0 to 65535');
    expect(message).toContain('PROFILE must be one of: standard');
  });

  it('takes no property of Object as a profile', () => {
    expect(failureOf({ PROFILE: 'constructor' }).problems).toHaveLength(1);
  });

  it('strips one trailing newline from the file of a secret, and nothing else', () => {
    const keyIn = (text: string) => testSettings({ PRIVACY_KEY_FILE: fileWith(text) }).privacy.privacyKey;
    expect(keyIn('key\n')).toBe('key');
    expect(keyIn(' key \r\n')).toBe(' key ');
    expect(keyIn('two\nlines\n\n')).toBe('two\nlines\n');
  });

  it('refuses a secret and its file together, and a file that is missing or empty', () => {
    const problem = 'PRIVACY_KEY_FILE must be the path of a readable file that is not empty';
    const both = failureOf({ PRIVACY_KEY: 'k', PRIVACY_KEY_FILE: fileWith('key\n'), IP_PRIVACY: 'hash' });
    expect(both.problems).toEqual(['PRIVACY_KEY and PRIVACY_KEY_FILE must not both be set']);
    expect(failureOf({ PRIVACY_KEY_FILE: folder, IP_PRIVACY: 'hash' }).problems).toEqual([problem]);
    expect(failureOf({ PRIVACY_KEY_FILE: fileWith('\n') }).problems).toEqual([problem]);
  });

  it('refuses hashed addresses without a key', () => {
    expect(failureOf({ IP_PRIVACY: 'hash' }).problems).toEqual([
      expect.stringMatching(/^IP_PRIVACY must not be hash without PRIVACY_KEY/),
    ]);
    expect(testSettings({ IP_PRIVACY: 'hash', PRIVACY_KEY: 'k' }).privacy.ipPrivacy).toBe('hash');
  });

  it('refuses a profile that presets a setting that does not exist', () => {
    const profiles = { standard: { settings: { NO_SUCH: '1' } } };
    expect(() => testSettings({}, profiles)).toThrow('Profile standard presets NO_SUCH');
  });

  it('warns of misspelt variables, but not of the files of secrets', () => {
    const env = { KAFKA_BROKER: 'a:1', PRIVACY_KEY_FILE: fileWith('key\n'), PATH: '/bin' };
    const { warnings } = loadSettings(env, {
      profiles: { standard: { settings: {} } },
      stdoutIsTty: false,
    });
    expect(warnings).toEqual(['KAFKA_BROKER looks like KAFKA_BROKERS; it is ignored']);
  });

  it('tells of a misspelt variable also when the right one is missing', () => {
    const { message } = failureOf({ NODE_ENV: 'production', KAFKA_BROKER: 'a:1' });
    expect(message).toContain('KAFKA_BROKERS must be set');
    expect(message).toContain('KAFKA_BROKER looks like KAFKA_BROKERS');
  });

  it('freezes what it returns, lists included', () => {
    const settings = testSettings();
    for (const value of [settings, ...Object.values(settings), settings.filter.deviceTypes]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });
});
