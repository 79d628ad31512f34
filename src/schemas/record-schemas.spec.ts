import { describe, expect, it } from '@jest/globals';
import { PROFILES } from '../profiles/profiles.js';
import { recordSchema, validatorFor } from './record-schemas.js';

const SOURCE = { topic: 'user-login', partition: 0, offset: 7, timestamp: 1_729_894_075_123 };
const LOGIN = {
  user_id: 'u',
  app_version: '2.3.0',
  device_type: 'web',
  ip: '199.172.111.xxx',
  locale: 'RU',
  device_id: '4f00c1a807b673887c7af517d0df68e6b41aecf8cbec26c71fe4c580664669ed',
  timestamp: '1729894075',
};
const FILTERED = {
  user_id: 'u',
  message_content: LOGIN,
  clean_type: 'filtered_device_type',
  timestamp: 1_729_894_080,
  source: SOURCE,
};

describe(validatorFor.name, () => {
  const violations = validatorFor('filtered', 'standard');

  it('finds nothing in a record as the service writes it', () => {
    expect(violations(FILTERED)).toEqual([]);
  });

  it.each([
    ['a field that is missing', { ...FILTERED, timestamp: undefined }, '/timestamp', 'required'],
    ['a field too many', { ...FILTERED, 'a/b': 1 }, '/a~1b', 'additionalProperties'],
    ['a value of the wrong type', { ...FILTERED, source: { ...SOURCE, offset: '7' } }, '/source/offset', 'type'],
    ['a word that is none of those', { ...FILTERED, clean_type: 'old' }, '/clean_type', 'enum'],
    ['a text of the wrong form', { ...FILTERED, message_content: { ...LOGIN, ip: 'x' } }, '/message_content/ip', 'pattern'], // prettier-ignore
    ['a number out of range', { ...FILTERED, timestamp: -1 }, '/timestamp', 'minimum'],
    ['something else than an object', [], '', 'type'],
  ])('names %s by path and rule', (_, record, path, rule) => {
    const found = violations(JSON.parse(JSON.stringify(record)));
    expect(found).toEqual([{ path, rule, message: expect.stringMatching(/^must /) }]);
  });

  it('lists everything that is wrong at once', () => {
    const found = violations({ ...FILTERED, user_id: 1, clean_type: null, source: {} });
    expect(new Set(found.map(({ path }) => path))).toEqual(
      new Set(['/user_id', '/clean_type', ...Object.keys(SOURCE).map((field) => `/source/${field}`)]),
    );
  });

  it('says which words are allowed, and never repeats the value', () => {
    const [{ message }] = violations({ ...FILTERED, clean_type: 'a secret' });
    expect(message).toContain('duplicate, filtered_age');
    expect(message).not.toContain('a secret');
  });

  it('does not take an inherited field for one of the record', () => {
    expect(violations(Object.create(FILTERED))).toHaveLength(Object.keys(FILTERED).length);
  });

  it('lets unknown fields pass where they are kept, and only there', () => {
    const kept = { ...FILTERED, message_content: { ...LOGIN, extra: 1 } };
    expect(violations(kept)).toEqual([]);
    for (const mode of ['drop', 'reject'] as const)
      expect(validatorFor('filtered', 'standard', mode)(kept)).toMatchObject([
        { path: '/message_content/extra', rule: 'additionalProperties' },
      ]);
  });

  it('is compiled once', () => {
    expect(validatorFor('filtered', 'standard')).toBe(violations);
  });

  it.each([
    ['standart', 'standart'],
    ['../../etc', '..%2F'],
  ])('has nothing for the profile %s, and says so', (profile) => {
    expect(() => validatorFor('processed', profile)).toThrow(
      `There is no schema of processed records of the profile "${profile}".`,
    );
  });
});

describe.each(Object.entries(PROFILES))('the schemas of the profile %s', (name, profile) => {
  const roles = [
    ...(['processed', 'filtered', 'error'] as const),
    ...(profile.summaries?.topic === 'summary' ? (['summary'] as const) : []),
    ...(profile.metrics || profile.messages.length > 0 ? (['metrics'] as const) : []),
  ];

  it.each(roles)('can be compiled for %s records and say what each field means', (role) => {
    expect(validatorFor(role, name)(null).length).toBeGreaterThan(0);
    const { $id, title, description } = recordSchema(role, name);
    expect($id).toBe(`urn:login-stream:record:${role}:${name}`);
    expect([title, description]).toEqual([expect.stringContaining(name), expect.stringMatching(/\.$/)]);
  });
});
