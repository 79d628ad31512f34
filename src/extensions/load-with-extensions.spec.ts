import { describe, expect, it, jest } from '@jest/globals';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';

// The hooks would be those of the whole test process.
jest.unstable_mockModule('./share-packages.js', () => ({ sharePackages: () => undefined }));
const { loadWithExtensions } = await import('./load-with-extensions.js');

const PROFILES = {
  standard: { settings: {} },
  acme: { settings: { PROCESSOR_MODULES: './preset' } },
};

async function problemsOf(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const error: unknown = await loadWithExtensions(
    env,
    { profiles: PROFILES, stdoutIsTty: false },
    '/nowhere',
  ).catch((reason: unknown) => reason);
  if (error instanceof InvalidSettingsError) return error.problems;
  throw error instanceof Error ? error : new Error('The settings are good');
}

const missing = (entry: string): string =>
  `PROCESSOR_MODULES: ${entry} cannot be found: nothing is at /nowhere/${entry.slice(2)}. ` +
  'Is it built? Paths are relative to the working directory.';

describe('loadWithExtensions', () => {
  it('reads the settings where there are no extensions', async () => {
    const { settings, extensions } = await loadWithExtensions(
      { HTTP_PORT: '0' },
      { profiles: PROFILES, stdoutIsTty: false },
    );
    expect(extensions).toEqual([]);
    expect(settings.http.port).toBe(0);
  });

  it('looks for extensions where the variable says, else where the profile does', async () => {
    expect(await problemsOf({ PROFILE: 'acme' })).toEqual([missing('./preset')]);
    expect(await problemsOf({ PROFILE: 'acme', PROCESSOR_MODULES: './own' })).toEqual([missing('./own')]);
  });

  it('tells of each entry once, together with every bad setting', async () => {
    expect(await problemsOf({ PROCESSOR_MODULES: './a, ./b,./a', LOG_LEVEL: 'shout' })).toEqual([
      missing('./a'),
      missing('./b'),
      expect.stringMatching(/^LOG_LEVEL /),
    ]);
  });

  it('leaves a list with an empty entry, and a profile that there is not, to the other settings', async () => {
    expect(await problemsOf({ PROCESSOR_MODULES: './a,' })).toEqual([
      expect.stringMatching(/^PROCESSOR_MODULES must be names/),
    ]);
    expect(await problemsOf({ PROCESSOR_MODULES: './a', PROFILE: 'nobody' })).toEqual([
      missing('./a'),
      expect.stringMatching(/^PROFILE must be one of/),
    ]);
  });
});
