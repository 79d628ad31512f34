import { describe, expect, it } from '@jest/globals';
import { UNKNOWN_FIELDS, isInput, nameOf, sourcesOf } from './profile.js';
import type { RenamedField } from './profile.js';
import { PROFILES } from './profiles.js';

/** Fields of a login that must never be written as they came. */
const PERSONAL = ['ip', 'device_id'];

describe.each(Object.entries(PROFILES))('the profile %s', (name, profile) => {
  it('says in one sentence what it is for', () => {
    expect(profile.summary).toMatch(/^[A-Z].*\.$/);
    expect(name).toMatch(/^[a-z-]+$/);
  });

  it.each(['processed', 'filteredContent'] as const)('has no field twice in %s', (list) => {
    const listed = profile[list].filter((field): field is string | RenamedField => !isInput(field));
    const names = listed.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
  });

  it('presets settings as text', () => {
    for (const value of Object.values(profile.settings)) expect(typeof value).toBe('string');
  });
});

describe('the standard profile', () => {
  const { processed, filteredContent, settings } = PROFILES.standard;

  it('presets nothing: its settings are the defaults', () => {
    expect(settings).toEqual({});
  });

  it.each([
    ['processed', processed],
    ['filtered', filteredContent],
  ])('writes no address and no device id of %s records in the clear', (_, fields) => {
    expect(sourcesOf(fields).filter((source) => PERSONAL.includes(source))).toEqual([]);
    expect((fields as RenamedField[]).map(nameOf)).toEqual(expect.arrayContaining(PERSONAL));
  });

  it('keeps unknown fields right behind timestamp', () => {
    for (const fields of [processed, filteredContent])
      expect(fields.indexOf(UNKNOWN_FIELDS)).toBe(fields.indexOf('timestamp') + 1);
  });
});
