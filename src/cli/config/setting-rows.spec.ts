import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allSettings } from '../../config/settings.js';
import { testSettings } from '../../config/testing.js';
import { settingRows } from './setting-rows.js';

const PRESET = { DEDUPE_SECONDS: '0', DEVICE_TYPES: '*' };
const PROFILES = { standard: { settings: {} }, other: { settings: PRESET } };

function rowsOf(env: Record<string, string>, preset: Record<string, string> = {}) {
  const rows = settingRows(testSettings(env, PROFILES), env, preset);
  return new Map(rows.map((row) => [row.name, row]));
}

describe('settingRows', () => {
  it('has every setting once, in the order of the documentation', () => {
    expect([...rowsOf({}).keys()]).toEqual(allSettings().map(({ name }) => name));
  });

  it('says where each value comes from: a variable goes before the profile, and that before the default', () => {
    const rows = rowsOf({ PROFILE: 'other', DEVICE_TYPES: 'web', HTTP_PORT: '' }, PRESET);
    expect(rows.get('PROFILE')).toMatchObject({ value: 'other', source: 'variable' });
    expect(rows.get('DEVICE_TYPES')).toMatchObject({ value: 'web', source: 'variable' });
    expect(rows.get('DEDUPE_SECONDS')).toMatchObject({ value: '0', source: 'profile' });
    expect(rows.get('APP_VERSIONS')).toMatchObject({ value: '*', source: 'default' });
    // An empty variable counts as unset…
    expect(rows.get('HTTP_PORT')).toMatchObject({ value: '3000', source: 'default' });
  });

  it('tells an empty topic, which is off, from a setting without a value', () => {
    const rows = rowsOf({ SUMMARY_TOPIC: '' });
    expect(rows.get('SUMMARY_TOPIC')).toMatchObject({ value: '', source: 'variable' });
    expect(rows.get('KAFKA_SASL_USERNAME')).toMatchObject({ value: null, source: 'default' });
  });

  it('shows of a secret only that it is set, and whether a file holds it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'login-stream-test-'));
    try {
      const file = join(folder, 'key');
      writeFileSync(file, 'a-key-that-is-long-enough');
      expect(rowsOf({ PRIVACY_KEY_FILE: file }).get('PRIVACY_KEY')).toMatchObject({
        value: '(hidden)',
        source: 'file',
      });
      expect(rowsOf({ PRIVACY_KEY: 'a-key-that-is-long-enough' }).get('PRIVACY_KEY')).toMatchObject({
        value: '(hidden)',
        source: 'variable',
      });
      expect(rowsOf({}).get('PRIVACY_KEY')).toMatchObject({ value: null, source: 'default' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
