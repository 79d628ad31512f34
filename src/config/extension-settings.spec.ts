import { describe, expect, it } from '@jest/globals';
import { effectiveSettings } from './effective-settings.js';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { loadSettings } from './load-settings.js';
import type { LoadOptions } from './load-settings.js';
import { integer, text } from './rule.js';
import type { SettingsSource } from './setting-clashes.js';
import { Setting } from './setting.decorator.js';
import type { SettingsClass } from './setting.decorator.js';

class AcmeSettings {
  static readonly title = 'Acme';

  @Setting('ACME_LIMIT', integer(1, 9), 'A limit.')
  readonly limit: number = 5;

  @Setting('ACME_KEY', text('a key'), 'A key.', { secret: true })
  readonly key: string | undefined = undefined;
}

/** A class with one setting. */
function settingsWith(name: string, secret = false): SettingsClass {
  class OneSetting {
    static readonly title = 'One';
    @Setting(name, text('text'), 'Any text.', { secret })
    readonly value: string = 'any';
  }
  return OneSetting;
}

const acme: SettingsSource = { entry: '@acme/x', settings: [AcmeSettings] };

function load(env: NodeJS.ProcessEnv, extensions: SettingsSource[], more: Partial<LoadOptions> = {}) {
  return loadSettings(env, {
    profiles: { standard: { settings: {} }, acme: { settings: { ACME_LIMIT: '3' } } },
    stdoutIsTty: false,
    extensions,
    ...more,
  });
}

function problemsOf(...args: Parameters<typeof load>): readonly string[] {
  try {
    load(...args);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.problems;
    throw error;
  }
  throw new Error('The settings are good');
}

describe('settings of extensions', () => {
  it('are read like ours: variable, then preset, then default', () => {
    const limit = (env: NodeJS.ProcessEnv) => effectiveSettings(load(env, [acme]).settings).ACME_LIMIT;
    expect(limit({ ACME_LIMIT: '7', PROFILE: 'acme' })).toBe('7');
    expect(limit({ PROFILE: 'acme' })).toBe('3');
    expect(limit({})).toBe('5');
  });

  it('cannot be changed, and secrets are hidden', () => {
    const { settings } = load({ ACME_KEY: 'swordfish' }, [acme]);
    expect(Object.isFrozen(settings.ofExtensions[0])).toBe(true);
    expect(effectiveSettings(settings).ACME_KEY).toBe('(hidden)');
  });

  it('are judged together with ours', () => {
    expect(problemsOf({ ACME_LIMIT: '10', LOG_LEVEL: 'shout', ACME_KEY_FILE: '/nowhere' }, [acme])).toEqual([
      expect.stringMatching(/^LOG_LEVEL /),
      'ACME_KEY_FILE must be the path of a readable file that is not empty',
      'ACME_LIMIT must be an integer from 1 to 9',
    ]);
  });

  it('are known to the check for misspelt variables', () => {
    const warnings = (extensions: SettingsSource[]) =>
      load({ ACME_LIMITS: '7', ACME_KEY_FILES: 'x' }, extensions).warnings;
    expect(warnings([acme])).toEqual([
      'ACME_LIMITS looks like ACME_LIMIT; it is ignored',
      'ACME_KEY_FILES looks like ACME_KEY_FILE; it is ignored',
    ]);
    expect(warnings([])).toEqual([]);
  });

  it('are named with what was found wrong before', () => {
    const earlier = { problems: ['PROCESSOR_MODULES: ./x cannot be found'] };
    expect(problemsOf({ ACME_LIMIT: 'x' }, [acme], earlier)).toEqual([
      ...earlier.problems,
      'ACME_LIMIT must be an integer from 1 to 9',
    ]);
    // The preset's variable may belong to the one that could not be loaded.
    expect(problemsOf({ PROFILE: 'acme' }, [], earlier)).toEqual(earlier.problems);
    expect(() => load({ PROFILE: 'acme' }, [])).toThrow('Profile acme presets ACME_LIMIT');
  });

  it.each([
    ['one of ours', [settingsWith('LOG_LEVEL')], 'LOG_LEVEL, which the service has, too'],
    ['a file of ours', [settingsWith('PRIVACY_KEY_FILE')], 'PRIVACY_KEY_FILE, which the service has, too'],
    ['another extension’s', [settingsWith('ACME_LIMIT')], 'ACME_LIMIT, which @acme/x has, too'],
    ['a file of another’s', [settingsWith('ACME_KEY_FILE')], 'ACME_KEY_FILE, which @acme/x has, too'],
    ['one of its own', [settingsWith('OTHER'), settingsWith('OTHER')], 'OTHER, which ./other has, too'],
  ])('must not have the name of %s', (_, settings, sentence) => {
    expect(problemsOf({}, [acme, { entry: './other', settings }])).toEqual([
      `PROCESSOR_MODULES: ./other brings the setting ${sentence}; one of them needs another name`,
    ]);
  });

  it('may be shared by extensions, which then mean the same', () => {
    const { settings } = load({}, [acme, { ...acme, entry: './other' }]);
    expect(settings.ofExtensions).toHaveLength(1);
  });
});
