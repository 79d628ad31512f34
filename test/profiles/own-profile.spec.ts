import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blocksOf } from '../docs/guide.js';
import { message, ownNames, runService } from '../pipeline/run.js';
import { ServiceProcess } from '../support/service-process.js';

const LOGIN = {
  user_id: 'u',
  app_version: '2.3.0',
  device_type: 'web',
  ip: '8.8.8.8',
  locale: 'NV',
  device_id: 'd',
  timestamp: 1729741922,
};

describe('a profile from PROFILE_FILE', () => {
  let folder: string;
  let documented: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    const page = await readFile(new URL('../../docs/profiles.md', import.meta.url), 'utf8');
    documented = blocksOf(page).find(({ file }) => file === 'own-profile.json')!.text;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const fileWith = async (text: string) => {
    const path = join(folder, 'own-profile.json');
    await writeFile(path, text);
    return path;
  };

  it('writes what the page says that it writes', async () => {
    const logins = [LOGIN, LOGIN, { ...LOGIN, ip: '1.1.1.1' }, { ...LOGIN, locale: undefined }];
    const run = await runService({
      partitions: [logins.map((login) => message(login))],
      settings: {
        PROFILE_FILE: await fileWith(documented),
        DEDUPE_SECONDS: '0',
        SUMMARY_EVERY_SECONDS: '0',
        METRICS_EVERY_SECONDS: '0',
      },
    });
    expect(run.processed.map(({ json }) => [Object.keys(json).join(), json.from, json.suspicious_login])).toEqual([
      ['user_id,from,ip_country,suspicious_login,at', '8.8.8.xxx', false],
      ['user_id,from,ip_country,suspicious_login,at', '8.8.8.xxx', false],
      ['user_id,from,ip_country,suspicious_login,at', '1.1.1.xxx', true],
    ]);
    expect(run.summaries.map(({ json }) => json)).toEqual([{ logins: 3, suspicious_count: 1 }]);
    expect(run.log).toContain('Summary {');
    expect(run.metricsRecords.map(({ json }) => json)).toEqual([
      { rejected: { user: 'u', why: expect.stringContaining('locale') } },
    ]);
    expect(run.exitCode).toBe(0);
  }); // prettier-ignore

  it.each<[what: string, text: string, settings: Record<string, string>, phrases: RegExp[]]>([
    ['all that is wrong with the file', '{"extends":"standart","processed":["ip",3],"sumary":""}', {}, [/extends must be one of/, /processed\[1\] must be/, /"sumary".*did you mean "summary"/]],
    ['settings that there are not', '{"extends":"basic","settings":{"DEVICE_TYPE":"ios"}}', {}, [/settings\.DEVICE_TYPE is no setting/]],
    ['PROFILE at the same time', '{"extends":"basic"}', { PROFILE: 'basic' }, [/PROFILE and PROFILE_FILE must not both be set/]],
    ['fields that nobody adds', '{"extends":"basic","processed":["regoin","nope"]}', {}, [/The output has the field .*regoin/, /The output has the field .*nope/]],
    ['state where there is none', '{"extends":"basic","processed":["session_count"]}', {}, [/STATE_STORE/]],
  ])('is refused with one message that names %s', async (_, text, settings, phrases) => {
    const service = ServiceProcess.spawn({ ...ownNames(), PROFILE_FILE: await fileWith(text), ...settings });
    try {
      expect(await service.exit).toBe(78);
      for (const phrase of phrases) expect(service.output).toMatch(phrase);
    } finally {
      await service.destroy();
    }
  }); // prettier-ignore
});
