import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { endOffsets, produce } from '../support/kafka.js';
import {
  createTopics,
  lettersOf,
  login,
  inputOf,
  runRedrive,
  scenarioNames,
  write,
} from './redrive-scenario.js';
import type { DeadOriginal, Names } from './redrive-scenario.js';

const EARLIER = Date.parse('2026-01-01T00:00:00Z');
const LATER = Date.parse('2026-01-02T00:00:00Z');

/** In partition 0 of the error topic, one hour apart in two halves. */
const ORIGINALS: readonly DeadOriginal[] = [
  { value: login('a'), partition: 0 },
  { value: login('b'), partition: 1, errorType: 'not_json' },
  { value: null, partition: 1, errorType: 'null_value' },
  { value: login('d'), partition: 2, errorType: 'too_deep' },
];

const offsetsOf = ({ lines }: Awaited<ReturnType<typeof runRedrive>>) =>
  lines.map(({ partition, offset }) => `${partition}:${offset}`);

describe('login-stream redrive selects', () => {
  let names: Names;
  beforeAll(async () => {
    names = scenarioNames();
    await createTopics(names, { input: 3, errors: 2 });
    const letters = lettersOf(names, ORIGINALS);
    await write(names, names.ERROR_TOPIC, 0, letters.slice(0, 2), EARLIER);
    await write(names, names.ERROR_TOPIC, 0, letters.slice(2), LATER);
    await write(names, names.ERROR_TOPIC, 1, letters.slice(0, 1), LATER);
  });
  const dryRun = (...args: string[]) => runRedrive(names, '--dry-run', ...args);

  it.each([
    [['--all'], ['0:0', '0:1', '0:2', '0:3', '1:0']],
    [['--reason', 'not_json', '--reason', 'too_deep', '--until', '2026-01-02'], ['0:1']],
    [
      ['--since', '2026-01-02T00:00:00Z', '--offsets', '0:2-3', '--offsets', '7:0-9', '--source', '2:0-'],
      ['0:3'],
    ],
  ])('with %j', async (args, expected) => {
    const result = await dryRun(...args);
    expect(result.exit).toBe(0);
    expect(offsetsOf(result).sort()).toEqual(expected);
  });

  it('says in a line for each what it is, without values and keys', async () => {
    const { stdout } = await dryRun('--offsets', '0:2-3');
    const about = { topic: names.INPUT_TOPIC };
    expect(
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        partition: 0,
        offset: 2,
        source: { ...about, partition: 1, offset: 2 },
        error_type: 'null_value',
        action: 'would send',
        reason: null,
        redrive_count: 1,
        bytes: null,
        outcome: 'error',
        because: 'null_value: null_value',
      },
      {
        partition: 0,
        offset: 3,
        source: { ...about, partition: 2, offset: 3 },
        error_type: 'too_deep',
        action: 'would send',
        reason: null,
        redrive_count: 1,
        bytes: login('d').length,
        outcome: 'processed',
        because: null,
      },
    ]);
  });

  it('does not say in a dry run that anything is done', async () => {
    const all = ['--all', '--run', 'some'];
    const first = await dryRun(...all, '--max', '2');
    expect(first.stderr).toMatch(
      /^Nothing is sent: this is a dry run\.\nStopped after 2: a run would, too\.\n2 sel/,
    );
    await runRedrive(names, ...all, '--max', '2');
    const next = await dryRun(...all, '--max', '2');
    expect(next.stderr).toMatch(
      /^Nothing is sent: this is a dry run\.\nRun some would go on where it stopped\.\nStop/,
    );
    expect(offsetsOf(next)).not.toEqual(offsetsOf(first));
  });

  it('says what the settings in force would make of it', async () => {
    const filtered = await runRedrive(
      { ...names, APP_VERSIONS: '9.9.9' },
      ...['--dry-run', '--offsets', '0:0'],
    );
    expect(filtered.lines).toMatchObject([{ outcome: 'filtered', because: 'filtered_app_version' }]);
    const old = await runRedrive(
      { ...names, MAX_MESSAGE_AGE_SECONDS: '60' },
      ...['--dry-run', '--offsets', '0:0'],
    );
    // The arrival is that of the original, a second after the event.
    expect(old.lines).toMatchObject([{ outcome: 'processed' }]);
  });

  it.each([
    [[], /^Say which: --reason, .*; or --all\.$/m],
    [['--all', '--reason', 'not_json'], /^--all goes with no other criterion\.$/m],
    [['--reason', 'bad'], /--reason.*It must be one of: null_value, too_large/],
    [['--offsets', '0:5-3'], /--offsets.*It must be <partition>:<from>-<to>/],
    [['--since', 'yesterday'], /--since.*ISO 8601/],
    [['--all', '--run', 'a/b'], /--run.*1 to 64/],
    [['--edited', 'x', '--reason', 'not_json'], /--edited.*cannot be used with.*--reason/],
    [['--edited', '/nonexistent/file'], /^The file cannot be read: /m],
    [['--all', 'word'], /too many arguments/],
  ])('nothing with %j, but says what is wrong and exits with 2', async (args, says) => {
    const { exit, stdout, stderr } = await runRedrive(names, ...args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('nothing where there is no error topic, and exits with 78', async () => {
    const { exit, stderr } = await runRedrive({ ...names, ERROR_TOPIC: '' }, '--all');
    expect({ exit, stderr }).toEqual({
      exit: 78,
      stderr: 'ERROR_TOPIC is empty: the service writes no dead letters.\n',
    });
  });

  it('nothing without a cluster, after it has waited for it', async () => {
    const away = { ...names, KAFKA_BROKERS: '127.0.0.1:1' };
    const { exit, stderr } = await runRedrive(away, '--all', '--wait', '2');
    expect(exit).toBe(1);
    expect(stderr).toMatch(/^Waiting, for \d s at most: /m);
  });
});

describe('login-stream redrive --edited', () => {
  let names: Names;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    names = scenarioNames();
    await createTopics(names, { input: 3, errors: 1 });
    const key = Buffer.from([0xff, 0x01]);
    const headers = { h: Buffer.from('kept') };
    await write(
      names,
      names.ERROR_TOPIC,
      0,
      lettersOf(
        names,
        ['a', 'b', 'c'].map((user) => ({ key, headers, value: Buffer.from(`{"user_id":"${user}"`) })),
      ),
    );
  });
  const edited = async (...lines: readonly (object | string)[]) => {
    const file = join(folder, 'edited.ndjson');
    const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    await writeFile(file, `${texts.join('\n')}\n`);
    return runRedrive(names, '--edited', file);
  };

  it('sends exactly these, with the new values, and their own key, headers and arrival', async () => {
    const object = JSON.parse(String(login('a'))) as object;
    const text = ' {"user_id": "c"}\u0000ä';
    const { exit, lines } = await edited(
      { partition: 0, offset: 2, value: text },
      { partition: 0, offset: 0, value: object },
    );
    expect(exit).toBe(0);
    expect(lines).toMatchObject([
      { offset: 0, action: 'sent', edited: true, bytes: login('a').length },
      { offset: 2, action: 'sent', edited: true, bytes: Buffer.byteLength(text) },
    ]);
    const records = await inputOf(names);
    expect(records.map(({ value }) => String(value))).toEqual([String(login('a')), text]);
    for (const { key, headers } of records) {
      expect(key).toEqual(Buffer.from([0xff, 0x01]));
      expect({ ...headers }).toEqual({
        h: Buffer.from('kept'),
        'x-redrive-count': Buffer.from('1'),
        'x-redrive-timestamp': Buffer.from('1711302637000'),
        'x-redrive-edited': Buffer.from('true'),
      });
    }
    const again = await edited(
      { partition: 0, offset: 0, value: object },
      { partition: 0, offset: 2, value: text },
    );
    expect({ exit: again.exit, lines: again.lines }).toEqual({ exit: 0, lines: [] });
    expect(again.stderr).toMatch(/is finished/);
  });

  it.each([
    ['positions that are not there', [{ partition: 0, offset: 3, value: {} }], /at 0:3 of/],
    ['partitions that are not there', [{ partition: 5, offset: 0, value: {} }], /at 5:0 of/],
    ['a line that is not right', ['{"partition":0'], /^Line 1: it is not JSON\.$/m],
  ])('sends nothing when the file has %s, and exits with 2', async (_, lines, says) => {
    const valid = '{"partition":0,"offset":1,"value":{}}';
    const { exit, stdout, stderr } = await edited(...lines, valid);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(await endOffsets(names.KAFKA_BROKERS, names.INPUT_TOPIC)).toEqual([0, 0, 0]);
  });
});

describe('records of the error topic that are not to be sent', () => {
  it('are skipped with the reason, and the exit code says so', async () => {
    const names = scenarioNames();
    await createTopics(names, { input: 1, errors: 1 });
    const [foreign, ours, damaged, unnamed] = lettersOf(names, [
      { value: login('foreign'), topic: 'of-another-service' },
      { value: login('ours') },
      { value: login('damaged') },
      { value: login('unnamed') },
    ]);
    await write(names, names.ERROR_TOPIC, 0, [
      foreign,
      { ...damaged, headers: { ...damaged.headers, 'x-dlq-offset': 'twelve' } },
      { ...unnamed, headers: { ...unnamed.headers, 'x-dlq-value': undefined } },
      ours,
    ]);
    await produce(names.KAFKA_BROKERS, names.ERROR_TOPIC, [{ value: 'somebody wrote a text here' }]);
    const { exit, lines, stderr } = await runRedrive(names, '--all');
    expect(exit).toBe(1);
    expect(lines.map(({ action, reason }) => reason ?? action)).toEqual([
      'foreign',
      'damaged',
      'damaged',
      'sent',
      'foreign',
    ]);
    expect(stderr).toMatch(/^5 selected: 1 sent, 4 skipped\.\n +2 {2}foreign {2}.*\n +2 {2}damaged {2}/m);
    expect((await inputOf(names)).map(({ value }) => String(value))).toEqual([String(login('ours'))]);
    // It is dealt with: the run does not say it again.
    expect((await runRedrive(names, '--all')).lines).toEqual([]);
  });
});
