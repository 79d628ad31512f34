import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readProfileFile } from './profile-file.js';
import { PROFILES } from './profiles.js';

const nested = (levels: number): object => {
  let value: object = ['error'];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
};

describe(readProfileFile.name, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'login-stream-profile-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (content: unknown) => {
    const path = join(folder, 'own.json');
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    const { profile, problems } = readProfileFile(path);
    return { profile, problems: problems.map((problem) => problem.replace(`PROFILE_FILE ${path} `, '')) };
  };

  it.each(Object.keys(PROFILES))('takes the profile %s as it is written', (name) => {
    expect(read(PROFILES[name])).toEqual({ profile: PROFILES[name], problems: [] });
  });

  it('takes from the profile that it extends what it does not say itself, and adds to its settings', () => {
    const own = { extends: 'sessions', settings: { DEVICE_TYPES: 'ios' }, processed: ['user_id'] };
    const { sessions } = PROFILES;
    expect(read(own)).toEqual({
      problems: [],
      profile: {
        ...sessions,
        settings: { ...sessions.settings, DEVICE_TYPES: 'ios' },
        processed: ['user_id'],
      },
    });
  });

  it('says why a file cannot be used at all', () => {
    expect(read('{').problems).toEqual(['is not JSON: see position 1']);
    expect(read('password=hunter2').problems).toEqual([expect.not.stringContaining('password')]);
    expect(read('[]').problems).toEqual(['must hold a JSON object']);
    expect(readProfileFile(join(folder, 'none')).problems).toEqual([
      expect.stringMatching(/^PROFILE_FILE .*none cannot be read \(ENOENT\)/),
    ]);
  });

  it('wants everything of a profile that extends none', () => {
    const { problems } = read({ summary: 'Mine.' });
    expect(problems).toHaveLength(Object.keys(PROFILES.standard).length - 1);
    expect(problems).toContain('has no processed, and extends no profile that has one');
  });

  it.each([
    [{ extends: 'sesions' }, 'extends must be one of: standard, mobile-analytics'],
    [{ proccessed: [] }, 'has "proccessed", which profiles do not have; did you mean "processed"?'],
    [{ summary: '' }, 'summary must be a sentence'],
    [{ settings: { DEDUPE_SECONDS: 0 } }, 'settings.DEDUPE_SECONDS must be text'],
    [{ settings: { PROFILE: 'basic' } }, 'settings.PROFILE cannot be preset'],
    [{ processed: 'ip' }, 'processed must be a list of fields'],
    [{ processed: [] }, 'processed must have at least one field'],
    [{ processed: ['ip', 7] }, 'processed[1] must be the name of a field, or { "name", "from" }, or { "input" }'],
    [{ processed: [{ name: 'ip' }] }, 'processed[0] must be the name of a field'],
    [{ processed: ['ip', { name: 'ip', from: 'private_ip' }] }, 'processed[1] has the name "ip" a second time'],
    [{ processed: ['ip', { input: 'bytes' }] }, 'processed[1] must come first'],
    [{ processed: [{ input: { ip: 1 } }] }, 'processed[0] must be { "input": "bytes" } or'],
    [{ processed: [{ input: { Ip: 'private_ip' } }] }, 'processed[0].input is "Ip", which is not known there; did you mean "ip"?'],
    [{ processed: [{ input: {} }, '*unknown'] }, 'processed has the input, or its unknown fields, more than once'],
    [{ processed: ['raw'] }, 'processed[0] is "raw", which is not a field that can be written'],
    [{ summaries: { topic: 'metrics', fields: ['recent_message'], log: true } }, 'summaries.log must be false with recent_message'],
    [{ errorRecord: ['eror'] }, 'errorRecord[0] is "eror", which is not known there; did you mean "error"?'],
    [{ summaries: { topic: 'output', fields: [], log: true } }, 'summaries must be null or'],
    [{ summaries: { topic: 'summary', fields: ['recent'], log: 1 } }, 'summaries.log must be true or false'],
    [{ messages: [{ on: ['good'], value: 'error' }] }, 'messages[0] must be { "on": a list of processed, filtered, error'],
    [{ messages: [{ on: ['error'], value: { a: [{ b: 'usr' }] } }] }, 'messages[0].value.a[0].b is "usr"'],
    [{ messages: [{ on: ['error'], value: 7 }] }, 'messages[0].value must be an object or a list'],
    [{ metrics: 'yes' }, 'metrics must be true or false'],
  ])('names what is wrong with %j and where', (members, phrase) => {
    expect(read({ extends: 'standard', ...members }).problems).toContainEqual(expect.stringContaining(phrase));
  }); // prettier-ignore

  it('refuses a template that is nested deeper than anybody means', () => {
    const { problems } = read({ extends: 'basic', messages: [{ on: ['error'], value: nested(2_000) }] });
    expect(problems).toEqual([
      expect.stringMatching(/^messages\[0\]\.value(\[0\])+ is deeper than 32 levels$/),
    ]);
  });

  it('lists everything at once', () => {
    const { problems } = read({ extends: 'x', summary: 1, metrics: 1, other: 1 });
    expect(problems).toHaveLength(4);
  });
});
