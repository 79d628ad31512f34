import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expectExactly } from './judged.js';
import { Oracle } from './oracle.js';
import { message, runService } from './run.js';

const LOGIN = {
  user_id: 'a6397988-1649-4859-ae5f-a1407b638ca6',
  app_version: '2.3.0',
  ip: '108.228.145.239',
  locale: 'RI',
  device_id: '6221eb3d-89b5-4585-8c98-545b78e24c53',
  timestamp: 1_729_894_075,
  device_type: 'iOS',
};

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex');

/** One login per address form, a filtered one, and some with fields of their own. */
const INPUTS = [
  LOGIN,
  { ...LOGIN, ip: '2001:db8:1:2::3' },
  { ...LOGIN, ip: '::ffff:10.0.0.1' },
  { ...LOGIN, ip: 'FE80::1' },
  { ...LOGIN, device_type: 'web' },
  { before: [1, { a: 'é' }], ...LOGIN, 'x"\\': null, after: 'quoted "text"', app: 2 ** 53 },
  { ...LOGIN, device_type: 'web', region: 'theirs', note: 'kept' },
  { region: 'theirs', ...LOGIN, note: true, processed_timestamp: 1, total_logins_for_version: -1 },
].map((login) => message(login));

describe('IP_PRIVACY=hash with UNKNOWN_FIELDS=keep', () => {
  const settings = { IP_PRIVACY: 'hash', PRIVACY_KEY: 'kéy', UNKNOWN_FIELDS: 'keep' } as const;
  const unsafe = message(JSON.stringify(LOGIN).replace('}', ',"big":9007199254740993}'));

  it('writes keyed hashes, keeps unknown fields in input order behind timestamp, and lets ours win', async () => {
    const run = await runService({ partitions: [[...INPUTS, unsafe]], settings });
    expectExactly(run, new Oracle(settings));
    const [plain, , , , extended, clashing] = run.processed;
    expect(plain.json).toMatchObject({
      ip: hmac('kéy', LOGIN.ip),
      device_id: hmac('kéy', LOGIN.device_id),
    });
    expect(Object.keys(extended.json).slice(6, 12)).toEqual([
      ...['timestamp', 'before', 'x"\\', 'after', 'app'],
      'processed_timestamp',
    ]);
    expect(Object.keys(clashing.json).slice(6, 9)).toEqual(['timestamp', 'note', 'processed_timestamp']);
    expect(clashing.json).toMatchObject({ region: 'Northeast', total_logins_for_version: 6 });
    expect(run.errors.map(({ json }) => json.error_type)).toEqual(['unsafe_integer']);
  });
});

describe('IP_PRIVACY=none and DEVICE_PRIVACY=none with UNKNOWN_FIELDS=reject', () => {
  const settings = { IP_PRIVACY: 'none', DEVICE_PRIVACY: 'none', UNKNOWN_FIELDS: 'reject' } as const;

  it('writes both as received, and every unknown field is a failed rule', async () => {
    const run = await runService({ partitions: [INPUTS], settings });
    expectExactly(run, new Oracle(settings));
    expect(run.processed[0].json).toMatchObject({ ip: LOGIN.ip, device_id: LOGIN.device_id });
    expect(run.processed.map(({ json }) => json.ip)).toContain('FE80::1');
    expect(run.errors.map(({ json }) => json.error_type)).toEqual(Array(3).fill('unknown_fields'));
  });
});

describe('PRIVACY_KEY_FILE', () => {
  it('keys the hashes of device ids with what the file holds; unknown fields are dropped by default', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    try {
      const file = join(folder, 'key');
      await writeFile(file, 'from a file\n');
      const run = await runService({ partitions: [INPUTS], settings: { PRIVACY_KEY_FILE: file } });
      expectExactly(run, new Oracle({ PRIVACY_KEY: 'from a file' }));
      expect(run.processed[0].json.device_id).toBe(hmac('from a file', LOGIN.device_id));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
