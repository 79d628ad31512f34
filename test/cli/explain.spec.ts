import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ANALYTICS_FIELDS } from '../../src/analytics/state-store.js';
import type { BytesReport, Explanation, StageReport } from '../../src/cli/explain/explanation.js';
import { headerList } from '../../src/kafka/outgoing-record.js';
import { message, ownNames, runService } from '../pipeline/run.js';
import type { Run } from '../pipeline/run.js';
import type { ReadRecord } from '../support/kafka.js';
import { runCommand } from './run-command.js';

const ARRIVAL = 1_729_894_080_000;

const LOGIN = {
  user_id: 'a6397988-1649-4859-ae5f-a1407b638ca6',
  app_version: '2.3.0',
  ip: '108.228.145.239',
  locale: 'RI',
  device_id: '6221eb3d-89b5-4585-8c98-545b78e24c53',
  timestamp: 1_729_894_075 as unknown,
  device_type: 'iOS',
};
const login = (changes: object = {}) => JSON.stringify({ ...LOGIN, ...changes });

async function explained(
  value: Buffer | string,
  env: Readonly<Record<string, string>> = {},
  ...options: string[]
): Promise<Explanation & { readonly exit: number | NodeJS.Signals }> {
  const args = ['explain', '-', '--arrival', String(ARRIVAL), '--json', ...options];
  const { exit, stdout, stderr } = await runCommand(args, { env, stdin: value });
  expect(stderr).toBe('');
  return { exit, ...(JSON.parse(stdout) as Explanation) };
}

const stageOf = (explanation: Explanation, name: StageReport['stage']) =>
  explanation.stages.find(({ stage }) => stage === name);

describe('login-stream explain', () => {
  it('tells of a login that is processed what each stage does', async () => {
    const explanation = await explained(login(), {}, '--key', 'a key');
    expect(explanation).toMatchObject({ exit: 0, outcome: 'processed', profile: 'standard' });
    expect(explanation.message).toEqual({ bytes: login().length, arrival: '2024-10-25T22:08:00.000Z' });
    expect(explanation.stages.map(({ stage, result }) => `${stage} ${result}`)).toEqual([
      ...['decode passed', 'validate passed', 'size passed', 'filter passed', 'enrich passed'],
      'analyse passed',
    ]);
    expect(stageOf(explanation, 'validate')?.summary).toMatch(/5 s before the arrival/);
    expect(stageOf(explanation, 'filter')?.settings).toMatchObject({ DEVICE_TYPES: 'android,ios' });
    expect(stageOf(explanation, 'enrich')?.adds).toContainEqual({
      by: 'RegionProcessor',
      fields: { region: 'Northeast' },
    });
    const analysed = stageOf(explanation, 'analyse');
    expect(analysed?.adds?.[0].fields).toMatchObject({
      ...{ total_logins_for_version: 1, suspicious_login: false, shared_device: false, session_count: 1 },
    });
    expect(analysed?.settings).toEqual({
      ...{ ANALYTICS_WINDOW_SECONDS: '86400', SESSION_GAP_SECONDS: '1800', DEDUPE_SECONDS: '600' },
    });
    expect(analysed?.notes).toContainEqual(
      'suspicious_login needs a login of this user from another ip, at most 86400 s away in event time.',
    );
    expect(explanation.records).toEqual([
      {
        topic: 'processed-user-login',
        key: { text: LOGIN.user_id },
        headers: [],
        value: expect.objectContaining({ device_type: 'ios', ip: '108.228.145.xxx', region: 'Northeast' }),
      },
    ]);
  });

  it.each([
    [{ DEVICE_TYPES: 'web' }, 'filtered_device_type', 'the device type "iOS" is not let pass'],
    [{ APP_VERSIONS: '1.0.0' }, 'filtered_app_version', 'the version 2.3.0 is not let pass'],
    [{ MAX_MESSAGE_AGE_SECONDS: '4' }, 'filtered_age', 'it was 5 s old on arrival, and 4 s is the most'],
  ])('names the filter and its setting %j', async (setting, reason, sentence) => {
    const explanation = await explained(login(), setting);
    expect(explanation).toMatchObject({ exit: 3, outcome: 'filtered' });
    expect(stageOf(explanation, 'filter')).toEqual({
      ...{ stage: 'filter', result: 'filtered', settings: setting },
      summary: `${reason}: ${sentence}.`,
    });
    expect(explanation.stages.at(-1)).toMatchObject({
      stage: 'protect',
      adds: expect.arrayContaining([{ by: 'PrivateIpProcessor', fields: { private_ip: '108.228.145.xxx' } }]),
    });
    expect(explanation.records).toEqual([expect.objectContaining({ topic: 'cleaned-data', key: null })]);
    expect(explanation.records[0].value).toMatchObject({ clean_type: reason });
  });

  it('lists every failed rule of an error, and goes no further', async () => {
    const explanation = await explained(login({ ip: '1.2.3', timestamp: -1, locale: undefined }));
    expect(explanation).toMatchObject({ exit: 4, outcome: 'error' });
    expect(explanation.stages.map(({ stage, result }) => `${stage} ${result}`)).toEqual([
      ...['decode passed', 'validate failed'],
    ]);
    const { violations = [] } = explanation.stages[1];
    expect(violations.map(({ field }) => field)).toEqual(['ip', 'locale', 'timestamp']);
    expect(explanation.records[0].value).toMatchObject({ error_type: 'missing_fields', errors: violations });
  });

  it('takes standard input and files as bytes', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x7b, 0x0a]);
    const base64 = { base64: bytes.toString('base64') };
    const folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    try {
      const file = join(folder, 'message');
      await writeFile(file, bytes);
      const fromFile = await runCommand(['explain', '--json', '--file', file]);
      for (const explanation of [await explained(bytes), JSON.parse(fromFile.stdout) as Explanation]) {
        expect(stageOf(explanation, 'decode')?.violations?.[0].rule).toBe('not_utf8');
        expect(explanation.message.bytes).toBe(4);
        expect(explanation.records[0].headers).toContainEqual({ name: 'x-dlq-value', value: base64 });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('leaves nothing behind', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    try {
      expect((await runCommand(['explain', login()], { cwd })).exit).toBe(0);
      expect(await readdir(cwd)).toEqual([]);
    } finally {
      await rm(cwd, { recursive: true });
    }
  });

  it('is text for people without --json, in which control characters are harmless', async () => {
    const value = login({ device_type: 'Web\u009b', user_id: 'u\u001b[31m' });
    const { exit, stdout, stderr } = await runCommand(['explain', value, '--arrival', String(ARRIVAL)]);
    expect({ exit, stderr }).toEqual({ exit: 3, stderr: '' });
    expect(stdout).toMatch(/^filtered: \d+ bytes, arrival 2024-10-25T22:08:00\.000Z, profile standard$/m);
    expect(stdout).toMatch(/^filter {2}filtered {2}filtered_device_type: /m);
    expect(stdout).toMatch(/^ {2}DEVICE_TYPES=android,ios$/m);
    expect(stdout).toMatch(/^ {2}"clean_type": "filtered_device_type",$/m);
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('says that nothing is written where the topic is off', async () => {
    const { exit, stdout } = await runCommand(['explain', login()], { env: { OUTPUT_TOPIC: '' } });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^Nothing is written: OUTPUT_TOPIC is empty\. The record is counted\.$/m);
  });

  it.each([
    [[], 'Give one message: as an argument, as - for standard input, or with --file.\n'],
    [['{}', '--file', 'x'], 'Give one message: as an argument, as - for standard input, or with --file.\n'],
    [['--file', '/nowhere/at/all'], /^The file cannot be read: ENOENT/],
  ])('says what is wrong with %j', async (args, expected) => {
    const { exit, stdout, stderr } = await runCommand(['explain', ...args]);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toMatch(expected);
  });

  it('does not start with bad settings', async () => {
    const { exit, stdout, stderr } = await runCommand(['explain', '{}'], { env: { DELIVERY: 'never' } });
    expect({ exit, stdout }).toEqual({ exit: 78, stdout: '' });
    expect(stderr).toMatch(/^1 bad setting:\n {2}DELIVERY must be/);
  });
});

/** What the message is about → its value. */
const MESSAGES: readonly (readonly [string, string | Buffer])[] = [
  ['a login', login()],
  ['unknown fields', login({ extra: [1, { a: null }], ключ: '\u2028' })],
  ['IPv6 and a language tag', login({ ip: '2001:0DB8:0000:1::ffff', locale: 'en_US' })],
  ['a filtered device', login({ device_type: 'Web' })],
  ['a filtered version', login({ app_version: '0.0.1' })],
  ['a login that is too old', login({ timestamp: '1729000000' })],
  ['several broken fields', login({ user_id: ' ', ip: 5, timestamp: -1.5, locale: 'x' })],
  ['a null field', login({ device_id: null })],
  ['an event in the future', login({ timestamp: ARRIVAL / 1000 + 3_601 })],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x00, 0x7d])],
  ['an array', '[]'],
  ['too much nesting', `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
];

const SETTINGS = { UNKNOWN_FIELDS: 'keep', APP_VERSIONS: '2.3.0', MAX_MESSAGE_AGE_SECONDS: '86400' };

describe('what login-stream explain says', () => {
  let run: Run;
  let env: Record<string, string>;

  beforeAll(async () => {
    env = { ...ownNames(), ...SETTINGS };
    const inputs = MESSAGES.map(([, value]) => message(value, 'key'));
    run = await runService({ partitions: [inputs], settings: env, arrival: ARRIVAL });
  });

  it('is what the service writes, whatever becomes of the message', async () => {
    const left = { processed: [...run.processed], filtered: [...run.filtered], error: [...run.errors] };
    for (const [what, value] of MESSAGES) {
      const { outcome, records } = await explained(value, env, '--key', 'key');
      const written = left[outcome].shift();
      expect([what, records.map(comparable)]).toEqual([
        what,
        written === undefined ? [] : [comparable(asReport(written))],
      ]);
    }
    expect(left).toEqual({ processed: [], filtered: [], error: [] });
  });
});

interface Comparable {
  readonly key: BytesReport | null;
  readonly headers: readonly { readonly name: string; readonly value: BytesReport | null }[];
  readonly value: unknown;
}

const asReport = (record: ReadRecord): Comparable => ({
  key: bytesOf(record.key),
  headers: headerList(record.headers ?? {}).map(([name, value]) => ({ name, value: bytesOf(value) })),
  value: record.json,
});

function bytesOf(value: Buffer | string | null): BytesReport | null {
  if (value === null) return null;
  const bytes = Buffer.from(value);
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') };
}

/** Without what depends on the moment, the position and the other messages. */
function comparable({ key, headers, value }: Comparable): object {
  const risk = ['risk_score', 'risk_reasons'];
  const moment = ['processed_timestamp', 'processing_delay_seconds', ...ANALYTICS_FIELDS, ...risk];
  const entries = Object.entries(value as object).filter(([name]) => !moment.includes(name));
  const fields = Object.fromEntries(entries) as Record<string, unknown>;
  if ('source' in fields) {
    fields.source = { ...(fields.source as object), offset: 0 };
    fields.timestamp = 0;
  }
  const kept = headers.filter(({ name }) => name !== 'x-dlq-offset');
  return { key, headers: kept, order: Object.keys(fields), fields };
}
